using NMoE.Bench;

return NMoE.Cli.CommandLine.Run(args, Benches.Create());

return NMoE.Cli.CommandLine.Run(args);

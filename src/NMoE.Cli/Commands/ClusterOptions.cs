using System.CommandLine;
using NMoE.Cli.Running;

namespace NMoE.Cli.Commands;

/// <summary>What commands whose jobs workers may compute are told of their cluster.</summary>
internal sealed class ClusterOptions
{
    /// <summary>Where it listens.</summary>
    public Option<string?> At { get; } = new("--cluster") { Description = "Listen at HOST:PORT and have the jobs computed by workers that join there (nmoe worker). The results are the same to the bit." };

    /// <summary>How long it waits for workers.</summary>
    public Option<TimeSpan> Patience { get; } = Arguments.Duration("--patience", "With --cluster: how long jobs wait while no worker takes any, before the run ends. Default: 10 min.", TimeSpan.FromMinutes(10));

    /// <summary>Where it listens, behind a forwarded port.</summary>
    public Option<string?> Bind { get; } = Arguments.Bind();

    /// <summary>The cluster's certificates.</summary>
    public Option<string?> Certificates { get; } = Arguments.Certificates();

    /// <summary>Where workers join; null where there are none.</summary>
    public ClusterPlace? Place(ParseResult parsed) => parsed.GetValue(At) is { } at
        ? new(Endpoint.Read("--cluster", at), parsed.GetValue(Certificates), parsed.GetRequiredValue(Patience))
        {
            Bind = parsed.GetValue(Bind) is { } behind ? Endpoint.Read("--bind", behind) : null,
        }
        : null;
}

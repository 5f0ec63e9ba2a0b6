using System.Globalization;
using NMoE.Cluster.Live;
using NMoE.Federation.Roles;

namespace NMoE.Cli.Live;

/// <summary>What is seen of a live run, in a line each.</summary>
internal static class SeenLine
{
    /// <summary>The line; null for what would only fill the screen.</summary>
    public static string? Of(Seen seen) => seen.What switch
    {
        RoundEnded round => At(seen, $"{round.Stage} round {round.Round}: loss {round.Loss:F4}, {round.Participants} clients"),
        ExpertTrained expert => At(seen, $"client-{expert.Client} has its expert"),
        PassAnswered answered => At(seen, $"client-{answered.Client} has answered pass {answered.Pass + 1}"),
        ClientLeft left => At(seen, $"client-{left.Client} waits no more for a model to serve with"),
        DeviceLost lost => At(seen, $"{lost.Device} is lost: {lost.Reason}"),
        DeviceReturned returned => At(seen, $"{returned.Device} is back"),
        _ => null,
    };

    private static string At(Seen seen, FormattableString what) =>
        string.Create(CultureInfo.InvariantCulture, $"t={seen.At.Seconds,9:F2} s  {what.ToString(CultureInfo.InvariantCulture)}");
}

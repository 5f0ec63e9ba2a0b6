namespace NMoE.Learning.Identity;

/// <summary>The program was built anew while it ran: what would be named by its code, that code did not make.</summary>
public sealed class BuiltAnewException : Exception
{
    private const int ShownDigits = 12;

    /// <summary>A file is no longer what was loaded from it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cause">What the system said; null where the file could be read.</param>
    internal BuiltAnewException(string path, Exception? cause = null)
        : base($"The program was built anew while it started: '{path}' no longer holds the code that runs{(cause is null ? "" : $" ({cause.Message.TrimEnd('.')})")}. Nothing was computed; start the same command again.", cause)
    {
    }

    /// <summary>A process was started by another one that runs other code.</summary>
    /// <param name="parents">The code of the process that started this one, as <see cref="LoadedCode.Hash"/>.</param>
    /// <param name="own">The code of this process.</param>
    public BuiltAnewException(string parents, string own)
        : base($"The program was built anew while it ran: the command has the code {Short(parents)}, and a process that it started {Short(own)}. Start the same command again.")
    {
    }

    private static string Short(string hash) => hash.Length > ShownDigits ? hash[..ShownDigits] : hash;
}

namespace NMoE.Cli.Doctor;

/// <summary>One look at the machine. It changes nothing.</summary>
internal interface IDoctorCheck
{
    /// <summary>What is looked at, in one or two words.</summary>
    string Subject { get; }

    /// <summary>Looks. An exception is reported as broken, with its message.</summary>
    IReadOnlyList<Finding> Look();
}

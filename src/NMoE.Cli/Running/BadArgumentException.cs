namespace NMoE.Cli.Running;

/// <summary>An argument on the command line that makes no sense. Nothing has run.</summary>
/// <param name="argument">As in <c>--threads</c>.</param>
/// <param name="problem">What is wrong.</param>
/// <param name="remedy">What would be right.</param>
internal sealed class BadArgumentException(string argument, string problem, string remedy) : Exception($"{argument}: {problem}. {remedy}.");

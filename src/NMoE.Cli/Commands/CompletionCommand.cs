using System.Collections.Immutable;
using System.CommandLine;
using NMoE.Cli.Running;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe completion</c>: what a shell needs to complete commands and options, which it asks the program for.</summary>
internal static class CompletionCommand
{
    private static readonly ImmutableSortedDictionary<string, string> s_scripts = ImmutableSortedDictionary<string, string>.Empty
        .Add("bash", """
            _nmoe() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _nmoe nmoe ./nmoe

            """)
        .Add("fish", """
            complete -c nmoe -a '(set -l words (commandline -po); set -l line (commandline -cp); $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'

            """)
        .Add("pwsh", """
            Register-ArgumentCompleter -Native -CommandName nmoe, ./nmoe -ScriptBlock {
                param($word, $line, $position)
                & $line.CommandElements[0].Value "[suggest:$position]" "$line" 2>$null |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """)
        .Add("zsh", """
            _nmoe() {
                local -a found
                found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                if [[ -n ${found[1]} ]]; then compadd -a found; else _files; fi
            }
            compdef _nmoe nmoe ./nmoe

            """);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = $"One of {string.Join(", ", s_scripts.Keys)}." }.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        var command = new Command(
            "completion",
            "Print what makes a shell complete commands and options of nmoe. Examples:\n"
            + "  source <(nmoe completion bash)\n  nmoe completion fish > ~/.config/fish/completions/nmoe.fish\n  source <(nmoe completion zsh)   (after compinit)\n"
            + "  nmoe completion pwsh | Out-String | Invoke-Expression")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            Console.Out.Write(s_scripts[parsed.GetRequiredValue(shell)]);
            return ExitCodes.Success;
        });
        return command;
    }
}

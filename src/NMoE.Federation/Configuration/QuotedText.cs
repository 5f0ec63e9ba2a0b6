using System.Globalization;
using System.Text;

namespace NMoE.Federation.Configuration;

/// <summary>A string as configurations write it in quotes.</summary>
internal static class QuotedText
{
    /// <summary>The text in quotes, with the escapes that the reader knows.</summary>
    public static string Of(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var sign in text)
        {
            if (sign is '"' or '\\')
                quoted.Append('\\').Append(sign);
            else if (char.IsControl(sign))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}");
            else
                quoted.Append(sign);
        }

        return quoted.Append('"').ToString();
    }
}

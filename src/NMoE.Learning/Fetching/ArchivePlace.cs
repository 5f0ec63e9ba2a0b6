namespace NMoE.Learning.Fetching;

/// <summary>Where an archive is taken from.</summary>
public abstract record ArchivePlace
{
    private ArchivePlace()
    {
    }

    /// <summary>A server.</summary>
    /// <param name="Address">Its address, with http or https.</param>
    public sealed record Server(Uri Address) : ArchivePlace
    {
        /// <inheritdoc/>
        public override string ToString() => Address.ToString();
    }

    /// <summary>A file of this machine.</summary>
    /// <param name="Path">Its path, absolute.</param>
    public sealed record LocalFile(string Path) : ArchivePlace
    {
        /// <inheritdoc/>
        public override string ToString() => Path;
    }

    /// <summary>Reads an address with <c>http://</c>, <c>https://</c> or <c>file://</c>, or the path of a file.</summary>
    /// <param name="written">As it was given; a path relative to the working folder.</param>
    /// <returns>The place, or null where it is none of these.</returns>
    public static ArchivePlace? Read(string written)
    {
        ArgumentNullException.ThrowIfNull(written);
        if (!written.Contains("://", StringComparison.Ordinal))
            return written.Length == 0 || written.Any(char.IsControl) ? null : new LocalFile(System.IO.Path.GetFullPath(written));
        if (!Uri.TryCreate(written, UriKind.Absolute, out var address))
            return null;
        if (address.IsFile)
            return address.Host is "" or "localhost" ? new LocalFile(Uri.UnescapeDataString(address.AbsolutePath)) : null;
        return address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps ? new Server(address) : null;
    }
}

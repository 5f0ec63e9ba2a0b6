namespace NMoE.Compute.Store;

/// <summary>The store cannot be read or written.</summary>
public sealed class StoreException(string what, string where, string remedy, Exception? inner = null)
    : Exception($"The store at '{where}' {what}. {remedy}", inner);

namespace NMoE.Compute.Blobs;

/// <summary>Bytes are not a safetensors file, tensors cannot be written as one, or a tensor asked for is not there.</summary>
internal sealed class SafeTensorsException(string message, Exception? inner = null) : ComputeException(message, inner);

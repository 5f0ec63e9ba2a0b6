namespace NMoE.Learning.SelfSupervised;

/// <summary>Turns the hue of pictures with values in [0, 1], by way of hue, saturation and value.</summary>
internal static class Hue
{
    /// <summary>Turns every pixel's hue.</summary>
    /// <param name="view">Three planes: red, green, blue.</param>
    /// <param name="plane">Pixels of a plane.</param>
    /// <param name="turn">Share of the whole circle, in [-0.5, 0.5].</param>
    public static void Shift(Span<float> view, int plane, float turn)
    {
        for (var i = 0; i < plane; i++)
        {
            (view[i], view[i + plane], view[i + (2 * plane)]) = Turned(view[i], view[i + plane], view[i + (2 * plane)], turn);
        }
    }

    /// <summary>A pixel with its hue turned.</summary>
    public static (float Red, float Green, float Blue) Turned(float red, float green, float blue, float turn)
    {
        var most = Math.Max(red, Math.Max(green, blue));
        var spread = most - Math.Min(red, Math.Min(green, blue));
        if (spread == 0)
        {
            return (red, green, blue);
        }

        var sixth = red == most ? (green - blue) / spread : green == most ? 2 + ((blue - red) / spread) : 4 + ((red - green) / spread);
        var turned = sixth + (6 * turn);
        return (Channel(5), Channel(3), Channel(1));

        // The channel that is highest at sixth (5 - n) of the circle and falls off over a sixth on either side of a plateau.
        float Channel(int n)
        {
            var k = (n + turned) % 6;
            k = k < 0 ? k + 6 : k;
            return most - (spread * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
    }
}

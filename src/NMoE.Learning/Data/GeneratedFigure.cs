using NMoE.Chance;

namespace NMoE.Learning.Data;

/// <summary>What is drawn on one generated picture, and where.</summary>
internal sealed class GeneratedFigure
{
    /// <summary>Random blocks that a figure's parameters take.</summary>
    public const int Blocks = 4;

    private const int Colours = 3;
    private readonly int _class;
    private readonly double _x;
    private readonly double _y;
    private readonly double _size;
    private readonly double _period;
    private readonly double _phase;
    private readonly double _tilt;
    private readonly double[] _ground = new double[Colours];
    private readonly double[] _contrast = new double[Colours];

    /// <summary>Draws the figure's parameters.</summary>
    /// <param name="label">The class, 0..9.</param>
    /// <param name="draw">The random block of a number.</param>
    public GeneratedFigure(int label, Func<uint, PhiloxBlock> draw)
    {
        _class = label;
        var (a, b, c, d) = draw(0);
        _x = Between(a, 11, 21);
        _y = Between(b, 11, 21);
        _size = Between(c, 7, 11);
        _period = Between(d, 6, 11);
        (a, b, c, d) = draw(1);
        _phase = Between(a, 0, 1);
        _tilt = Between(b, -0.2, 0.2);
        var polarity = (c & 1) == 0 ? 1.0 : -1.0;
        // Some pictures are faint against the noise, so that good models differ at the hard end.
        Colour(draw(2), draw(3), polarity * Between(d, 0.5, 1));
    }

    /// <summary>How much figure there is at a place of a grid of 32 x 32: 1 on it, 0 beside it.</summary>
    public int Ink(double column, double row)
    {
        var (x, y) = (column - _x, row - _y);
        var reach = Math.Max(Math.Abs(x), Math.Abs(y));
        return _class switch
        {
            0 => Stripe(x, y, _tilt, 1),
            1 => Stripe(x, y, 1, _tilt),
            2 => Stripe(x, y, 1 + _tilt, 1 - _tilt),
            3 => Stripe(x, y, 1 + _tilt, _tilt - 1),
            4 => Stripe(x, y, 1, _tilt) ^ Stripe(x, y, -_tilt, 1),
            5 => Wave(Math.Sqrt((x * x) + (y * y))),
            6 => Is(Math.Min(Math.Abs(x + (_tilt * y)), Math.Abs(y - (_tilt * x))) < _size / 4 && reach < _size),
            7 => Is(Math.Abs(Math.Abs(x + (_tilt * y)) - Math.Abs(y - (_tilt * x))) < _size / 3 && reach < _size),
            8 => Is((x * x) + (y * y) < _size * _size * 0.6),
            9 => Is(reach < _size && reach > _size * 0.55),
            _ => throw new InvalidOperationException($"There is no figure for class {_class}."),
        };
    }

    /// <summary>The colour of a channel in [0, 1]; the fourth has the first one's.</summary>
    public double Colour(int channel, int ink) => _ground[channel % Colours] + ((ink - 0.5) * _contrast[channel % Colours]);

    private void Colour(PhiloxBlock middle, PhiloxBlock contrast, double strength)
    {
        ReadOnlySpan<uint> middles = [middle.A, middle.B, middle.C];
        ReadOnlySpan<uint> contrasts = [contrast.A, contrast.B, contrast.C];
        for (var channel = 0; channel < Colours; channel++)
        {
            _ground[channel] = Between(middles[channel], 0.3, 0.7);
            _contrast[channel] = strength * Between(contrasts[channel], 0.1, 0.6);
        }
    }

    private int Stripe(double x, double y, double alongX, double alongY) =>
        Wave(((x * alongX) + (y * alongY)) / Math.Sqrt((alongX * alongX) + (alongY * alongY)));

    private int Wave(double distance)
    {
        var turns = (distance / _period) + _phase;
        return Is(turns - Math.Floor(turns) < 0.5);
    }

    private static int Is(bool ink) => ink ? 1 : 0;

    private static double Between(uint draw, double low, double high) => low + ((high - low) * (draw / 4294967296.0));
}

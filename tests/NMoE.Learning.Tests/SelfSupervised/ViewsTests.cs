using NMoE.Chance;
using NMoE.Learning.Models;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.SelfSupervised;

public sealed class ViewsTests
{
    private static readonly ModelSpec s_model = new(16, 10);

    [Theory]
    [InlineData(0, 1, 0, 0)]
    [InlineData(1 / 3f, 0, 1, 0)]
    [InlineData(-1 / 3f, 0, 0, 1)]
    [InlineData(0.5f, 0, 1, 1)]
    public void Red_turns_round_the_circle(float turn, float red, float green, float blue)
    {
        var turned = Hue.Turned(1, 0, 0, turn);
        Assert.Equal(red, turned.Red, 1e-5f);
        Assert.Equal(green, turned.Green, 1e-5f);
        Assert.Equal(blue, turned.Blue, 1e-5f);
    }

    [Fact]
    public void A_turn_and_its_opposite_leave_a_colour_as_it_was()
    {
        var (red, green, blue) = Hue.Turned(.2f, .7f, .5f, .07f);
        var back = Hue.Turned(red, green, blue, -.07f);
        Assert.Equal(.2f, back.Red, 1e-5f);
        Assert.Equal(.7f, back.Green, 1e-5f);
        Assert.Equal(.5f, back.Blue, 1e-5f);
    }

    [Fact]
    public void Views_are_a_function_of_the_key_and_differ_within_a_batch()
    {
        using var scope = NewDisposeScope();
        var views = new Views(Pictures(4), s_model);
        var one = views.Batch([0, 1, 2, 3], new Draws(1, (uint)DrawPurpose.FirstView, 0)).data<float>().ToArray();
        Assert.Equal(one, views.Batch([0, 1, 2, 3], new Draws(1, (uint)DrawPurpose.FirstView, 0)).data<float>().ToArray());
        Assert.NotEqual(one, views.Batch([0, 1, 2, 3], new Draws(1, (uint)DrawPurpose.SecondView, 0)).data<float>().ToArray());
        var same = views.Batch([2, 2], new Draws(1, (uint)DrawPurpose.FirstView, 0)).data<float>().ToArray();
        Assert.NotEqual(same[..3072], same[3072..]);
    }

    /// <summary>Between black and white after normalisation: red (0 - 0.4914) / 0.2470 and green (1 - 0.4822) / 0.2434 lie furthest out.</summary>
    [Fact]
    public void Values_stay_those_of_pictures()
    {
        using var scope = NewDisposeScope();
        var values = new Views(Pictures(40), s_model).Batch([.. Enumerable.Range(0, 40)], new Draws(2, (uint)DrawPurpose.FirstView, 0)).data<float>().ToArray();
        Assert.All(values, value => Assert.InRange(value, -1.98948f, 2.12737f));
    }

    /// <summary>A picture of one colour stays one of one colour, wherever it is cropped.</summary>
    [Fact]
    public void A_plain_picture_stays_plain()
    {
        using var scope = NewDisposeScope();
        byte[] plain = [.. Enumerable.Range(0, 3).SelectMany(channel => Enumerable.Repeat((byte)(60 + (50 * channel)), 1024))];
        var view = new Views(plain, s_model).Batch([0, 0, 0, 0, 0], new Draws(3, (uint)DrawPurpose.FirstView, 0)).data<float>().ToArray();
        Assert.All(view.Chunk(1024), plane => Assert.Equal(plane.Min(), plane.Max(), 1e-4f));
    }

    private static byte[] Pictures(int count)
    {
        var draws = new Draws(9, (uint)DrawPurpose.Parameter, 0);
        return [.. Enumerable.Range(0, count * 3072).Select(_ => (byte)draws.Next(256))];
    }
}

using CsCheck;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Tests.Roles;

/// <summary>Arrays that never change, whichever version is asked and changed.</summary>
public sealed class VersionsTests
{
    [Fact]
    public void Every_version_keeps_its_items_whichever_is_changed() => Gen.Select(Gen.Int[0, 100], Gen.Int[0, 40], Gen.Int[1, 9]).Array[0, 60].Sample(changes =>
    {
        var versions = new List<(Versions<int> Of, int[] Items)> { (Versions<int>.Empty, new int[41]) };
        foreach (var (from, place, item) in changes)
        {
            var (old, items) = versions[from % versions.Count];
            int[] next = [.. items];
            next[place] = item;
            versions.Add((old.With(place, item), next));
        }

        // Backwards, so that each has to be recalled from a later one.
        foreach (var (version, items) in Enumerable.Reverse(versions))
        {
            Assert.Equal(items, Enumerable.Range(0, items.Length).Select(place => version[place]));
        }
    });

    [Fact]
    public void Clients_come_in_their_order_and_leave_one_by_one()
    {
        ClientSet some = [7, 2, 130, 5];
        var fewer = some.Remove(5).Remove(6);
        Assert.Equal([2, 7, 130], fewer);
        Assert.Equal([2, 5, 7, 130], some);
        Assert.True(fewer.Contains(130) && !fewer.Contains(5) && !fewer.Contains(4000));
    }

    [Fact]
    public void Items_are_counted_by_client_and_come_in_the_order_of_clients()
    {
        var one = new ByClient<string>().SetItem(70, "b").SetItem(3, "a");
        var two = one.SetItem(70, "c");
        Assert.Equal([new(3, "a"), new(70, "b")], one);
        Assert.Equal([new(3, "a"), new(70, "c")], two);
        Assert.Equal((2, 2, 0), (one.Count, two.Count, new ByClient<string>().Count));
        Assert.False(two.TryGetValue(4, out _));
    }
}

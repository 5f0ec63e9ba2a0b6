namespace NMoE.Federation.Roles;

/// <summary>
/// An array that never changes, of which a changed version costs one step however long it is: the last version has the items, and each earlier one knows what it had in the one place in which it differs
/// (Baker, "Shallow binding makes functional arrays fast", 1991). An earlier version is read as well, after as many steps as there were changes since. For one thread at a time.
/// </summary>
/// <typeparam name="T">Items.</typeparam>
internal sealed class Versions<T>
{
    private const int Least = 16;
    private T[]? _items;
    private Versions<T>? _newer;
    private int _place;
    private T _had = default!;

    private Versions(T[] items) => _items = items;

    /// <summary>Without items: each place has the default.</summary>
    public static Versions<T> Empty { get; } = new([]);

    /// <summary>Places that may have another item than the default.</summary>
    public int Length => Items.Length;

    /// <summary>The item in a place, from 0.</summary>
    public T this[int place] => Items is var items && place < items.Length ? items[place] : default!;

    private T[] Items => _items ?? Recall();

    /// <summary>The version with another item in a place.</summary>
    public Versions<T> With(int place, T item)
    {
        var items = Items;
        if (place >= items.Length)
        {
            var longer = new T[Math.Max(Least, Math.Max(place + 1, 2 * items.Length))];
            items.CopyTo(longer, 0);
            longer[place] = item;
            return new(longer);
        }

        var newer = new Versions<T>(items);
        (_items, _newer, _place, _had) = (null, newer, place, items[place]);
        items[place] = item;
        return newer;
    }

    /// <summary>Takes the items back from the version that has them; all in between then know how they differ from this one.</summary>
    private T[] Recall()
    {
        var way = new Stack<Versions<T>>();
        var last = this;
        for (; last._newer is { } newer; last = newer)
        {
            way.Push(last);
        }

        var items = last._items!;
        while (way.TryPop(out var older))
        {
            (last._items, last._newer, last._place, last._had) = (null, older, older._place, items[older._place]);
            items[older._place] = older._had;
            (older._items, older._newer, older._had) = (items, null, default!);
            last = older;
        }

        return items;
    }
}

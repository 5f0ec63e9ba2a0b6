namespace NMoE.Simulation.Network.Sharing;

/// <summary>How a heap orders its items, and where an item keeps its place in it.</summary>
/// <typeparam name="T">Items.</typeparam>
internal interface IHeapOrder<T>
{
    /// <summary>Whether one item comes before another: a total order.</summary>
    static abstract bool Before(T first, T second);

    /// <summary>Where the item notes its place; -1 while it is in no heap of this order.</summary>
    static abstract ref int Place(T item);
}

/// <summary>A binary heap whose items know their place, so that any of them leaves in O(log n).</summary>
/// <typeparam name="T">Items.</typeparam>
/// <typeparam name="TOrder">Their order.</typeparam>
internal sealed class IndexedHeap<T, TOrder>
    where T : class
    where TOrder : IHeapOrder<T>
{
    private const int Few = 16;
    private T[] _items = [];

    public int Count { get; private set; }

    /// <summary>The first item; the heap must not be empty.</summary>
    public T Top => _items[0];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(1, Count * 2));
        }

        SiftUp(Count++, item);
    }

    public T Pop()
    {
        var top = _items[0];
        Remove(top);
        return top;
    }

    /// <summary>Removes an item that is in this heap.</summary>
    public void Remove(T item)
    {
        var place = TOrder.Place(item);
        TOrder.Place(item) = -1;
        var last = _items[--Count];
        _items[Count] = null!;
        if (place == Count)
        {
            return;
        }

        if (place > 0 && TOrder.Before(last, _items[(place - 1) / 2]))
        {
            SiftUp(place, last);
        }
        else
        {
            SiftDown(place, last);
        }
    }

    /// <summary>Removes the items of which something holds that holds of an item only where it holds of all before it.</summary>
    /// <returns>Those, in no order that means anything. Of many at once the heap is built anew, in one step an item.</returns>
    public List<T> PopAll(Predicate<T> which)
    {
        var places = new List<int>();
        if (Count > 0 && which(_items[0]))
        {
            places.Add(0);
        }

        for (var next = 0; next < places.Count; next++)
        {
            for (var child = (places[next] * 2) + 1; child <= (places[next] * 2) + 2 && child < Count; child++)
            {
                if (which(_items[child]))
                {
                    places.Add(child);
                }
            }
        }

        var popped = places.ConvertAll(place => _items[place]);
        if (popped.Count < Count / Few)
        {
            popped.ForEach(Remove);
            return popped;
        }

        popped.ForEach(item => TOrder.Place(item) = -1);
        Rebuild();
        return popped;
    }

    /// <summary>Of the items that still have a place.</summary>
    private void Rebuild()
    {
        var kept = 0;
        for (var place = 0; place < Count; place++)
        {
            if (TOrder.Place(_items[place]) >= 0)
            {
                Put(kept++, _items[place]);
            }
        }

        Array.Clear(_items, kept, Count - kept);
        Count = kept;
        for (var place = (kept / 2) - 1; place >= 0; place--)
        {
            SiftDown(place, _items[place]);
        }
    }

    private void SiftUp(int place, T item)
    {
        while (place > 0 && TOrder.Before(item, _items[(place - 1) / 2]))
        {
            Put(place, _items[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, item);
    }

    private void SiftDown(int place, T item)
    {
        while (true)
        {
            var child = (place * 2) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && TOrder.Before(_items[child + 1], _items[child]))
            {
                child++;
            }

            if (!TOrder.Before(_items[child], item))
            {
                break;
            }

            Put(place, _items[child]);
            place = child;
        }

        Put(place, item);
    }

    private void Put(int place, T item)
    {
        _items[place] = item;
        TOrder.Place(item) = place;
    }
}

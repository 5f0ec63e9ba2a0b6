// Nodes have real clocks: many at once on a small machine would suspect each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

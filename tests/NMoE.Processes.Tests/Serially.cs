// Each spec starts processes that train, listen and have real clocks: they get the machine to themselves.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

using NMoE.Planted.Yard;

// Rooms that the rules must find: each type of the hall names the yard in another way, and kitchen and cellar name each other.
#pragma warning disable CS0649 // a type that is named is enough
namespace NMoE.Planted.Yard
{
    internal class Tree
    {
        public static int Height => 1;
    }

    internal interface IPath;

    [AttributeUsage(AttributeTargets.All)]
    internal sealed class GateAttribute : Attribute;

    internal sealed class StormException : Exception;

    internal static class Fence
    {
        public const int Posts = 12;
    }
}

namespace NMoE.Planted.Hall
{
    internal sealed class ABase : Tree;

    internal sealed class AnInterface : IPath;

    internal sealed class AField
    {
        public Tree? Seen;
    }

    internal static class AnArgument
    {
        public static bool Is(IPath? path) => path is null;
    }

    internal static class AResult
    {
        public static IPath? Path => null;
    }

    internal sealed class AnElement
    {
        public IReadOnlyDictionary<int, IPath[]>? Seen;
    }

    internal sealed class AConstraint<T>
        where T : IPath
    {
        public T? Seen;
    }

    [Gate]
    internal sealed class AnAttribute;

    internal static class ACall
    {
        public static int Height => Tree.Height;
    }

    internal static class ACast
    {
        public static bool Is(object thing) => thing is IPath;
    }

    internal static class ACatch
    {
        public static int Try(Func<int> call)
        {
            try
            {
                return call();
            }
            catch (StormException)
            {
                return 0;
            }
        }
    }

    internal static class ALambda
    {
        public static Func<object> Of() => () => new Tree();
    }

    internal static class AConstant
    {
        public static int Posts => Fence.Posts;
    }
}

namespace NMoE.Planted.Ring.Kitchen
{
    internal sealed class Oven
    {
        public Cellar.Shelf? Below;
    }
}

namespace NMoE.Planted.Ring.Cellar
{
    internal sealed class Shelf
    {
        public Kitchen.Oven? Above;
    }
}

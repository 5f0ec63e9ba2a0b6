using System.Collections.Immutable;

namespace NMoE.Learning.Data;

/// <summary>Pictures of each user of a data set.</summary>
/// <param name="Train">Training pictures, by the user's number.</param>
/// <param name="Test">Test pictures, likewise.</param>
public sealed record UserRows(ImmutableArray<int> Train, ImmutableArray<int> Test)
{
    /// <summary>Those of a split.</summary>
    public ImmutableArray<int> Of(DataSplit split) => split == DataSplit.Train ? Train : Test;

    /// <summary>The first users that have pictures in both splits, at most so many.</summary>
    public ImmutableArray<int> Chosen(int most) => [.. Enumerable.Range(0, Train.Length).Where(user => Train[user] > 0 && Test[user] > 0).Take(most)];

    /// <inheritdoc/>
    public bool Equals(UserRows? other) => other is not null && Train.SequenceEqual(other.Train) && Test.SequenceEqual(other.Test);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Train.Length, Test.Length, Train.Sum());
}

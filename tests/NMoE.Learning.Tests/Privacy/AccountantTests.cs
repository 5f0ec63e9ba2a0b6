using NMoE.Learning.Privacy;

namespace NMoE.Learning.Tests.Privacy;

public sealed class AccountantTests
{
    private const double Delta = 1e-5;

    [Fact]
    public void The_same_release_sent_twice_counts_once()
    {
        var accountant = new Accountant();
        accountant.Released(3, "a", 1);
        accountant.Released(3, "a", 1);
        Assert.Equal(1, accountant.Releases(3));
        Assert.Equal(4.37717809568, accountant.Epsilon(3, Delta), 1e-10);
    }

    [Fact]
    public void One_release_without_noise_has_no_bound()
    {
        var accountant = new Accountant();
        accountant.Released(3, "a", 1);
        accountant.Released(3, "b", 0);
        Assert.Equal(double.PositiveInfinity, accountant.Epsilon(3, Delta));
    }

    [Fact]
    public void Every_client_pays_for_its_own_releases()
    {
        var accountant = new Accountant();
        for (var round = 0; round < 100; round++)
        {
            accountant.Released(1, $"round-{round}", 10);
        }

        accountant.Released(2, "round-0", 10);
        Assert.Equal(4.377178096, accountant.Epsilon(1, Delta), 1e-9);
        Assert.Equal(0.340669364684, accountant.Epsilon(2, Delta), 1e-11);
        Assert.Equal(0, accountant.Epsilon(7, Delta));
    }
}

using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Client;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Supervisor;
using NMoE.Federation.Tests.Devices;
using NMoE.Federation.Tests.Fuzzing.FaultyRoles;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>
/// Does the search find what is wrong? Roles with a mistake that somebody might make, thought up without a look at what the search checks: without faults each does what
/// the real one does, and the search finds it before so many seeds are over.
/// </summary>
public sealed class FaultyRoleSpecs
{
    private const int CalmSeeds = 6;

    private static readonly ImmutableArray<IJobFunction> Functions = [.. LearningFunctions.All(new DataCatalog(null))];

    private static readonly CaseDrawing Drawing = new(DeviceSpec.PlanOf().Settings);

    /// <summary>
    /// Faulty roles and the number of seeds, from 0, in which each is found: a few times the seeds that it takes, so that another drawing of cases finds it as well.
    /// </summary>
    private static readonly ImmutableArray<(string Name, Func<Plan, RoleSet> Roles, int Seeds)> Found =
    [
        (nameof(CountsACopyAsAnotherClients), Aggregator((real, _) => new CountsACopyAsAnotherClients(real)), 400),
        (nameof(TakesALateUpdateForOneOfThisRound), Aggregator((real, plan) => new TakesALateUpdateForOneOfThisRound(real, plan)), 30),
        (nameof(SetsNoTimerAfterARestart), Aggregator((real, _) => new SetsNoTimerAfterARestart(real)), 500),
        (nameof(BeginsAgainWithRoundOne), Aggregator((real, _) => new BeginsAgainWithRoundOne(real)), 250),
        (nameof(SkipsTheRoundOfACrash), Aggregator((real, plan) => new SkipsTheRoundOfACrash(real, plan)), 150),
        (nameof(RoundsTheQuorumDown), Aggregator((real, plan) => new RoundsTheQuorumDown(real, plan)), 200),
        (nameof(KeepsMomentumInMemory), Aggregator((real, _) => new KeepsMomentumInMemory(real)), 1000),
        (nameof(WaitsForTheLastAnswer), Client((real, _) => new WaitsForTheLastAnswer(real)), 120),
        (nameof(TakesAnAnswerToAnotherRequest), Client((real, _) => new TakesAnAnswerToAnotherRequest(real)), 250),
        (nameof(DrawsNewNoiseForARepeatedRelease), Client((real, _) => new DrawsNewNoiseForARepeatedRelease(real)), 30),
        (nameof(NotesAPassWhenItBegins), Client((real, _) => new NotesAPassWhenItBegins(real)), 500),
        (nameof(TrainsAgainFromWhereItIs), Client((real, _) => new TrainsAgainFromWhereItIs(real)), 20),
        (nameof(CreditsTheChosenExpert), Client((real, _) => new CreditsTheChosenExpert(real)), 40),
        (nameof(InvitesThoseThatWereSilent), Aggregator((real, _) => new InvitesThoseThatWereSilent(real)), 100),
        (nameof(ForgetsWhomTheGatePassedOver), Client((real, _) => new ForgetsWhomTheGatePassedOver(real)), 600),
        (nameof(LetsItsGateChooseAnyone), Client((real, _) => new LetsItsGateChooseAnyone(real)), 250),
        (nameof(IgnoresClientsThatReturn), Supervisor((real, _) => new IgnoresClientsThatReturn(real)), 600),
        (nameof(TakesASignOfLifeForTheEnd), Supervisor((real, _) => new TakesASignOfLifeForTheEnd(real)), 30),
    ];

    /// <summary>Faulty roles that the search does not find soon enough for a test, if at all: other parts of the protocol make up for them, or nothing looks where they show.</summary>
    private static readonly ImmutableArray<(string Name, Func<Plan, RoleSet> Roles)> Unseen =
    [
        (nameof(CountsWordsOfReadiness), Aggregator((real, _) => new CountsWordsOfReadiness(real))),
        (nameof(SaysOnceThatTrainingHasFinished), Aggregator((real, _) => new SaysOnceThatTrainingHasFinished(real))),
        (nameof(EndsARingWithTheGateOfAnother), Aggregator((real, _) => new EndsARingWithTheGateOfAnother(real))),
        (nameof(AnswersFromAMemoryThatOutlivesACrash), Client((real, plan) => new AnswersFromAMemoryThatOutlivesACrash(real, plan))),
        (nameof(TakesItsTurnAgain), Client((real, _) => new TakesItsTurnAgain(real))),
        (nameof(SupposesThatItsUpdateArrived), Client((real, _) => new SupposesThatItsUpdateArrived(real))),
        (nameof(CountsWordsOfServing), Supervisor((real, plan) => new CountsWordsOfServing(real, plan))),
        (nameof(ForgetsThatTrainingHasEnded), Supervisor((real, _) => new ForgetsThatTrainingHasEnded(real))),
        (nameof(WaitsWithoutEndAfterARestart), Supervisor((real, _) => new WaitsWithoutEndAfterARestart(real))),
    ];

    private static readonly Lazy<ImmutableArray<FuzzResult>> RealCalm = new(() =>
        [.. Enumerable.Range(0, CalmSeeds).Select(seed => Run(Calm((ulong)seed), RoleSet.Of))]);

    /// <summary>All faulty roles.</summary>
    public static TheoryData<string> All => [.. Found.Select(faulty => faulty.Name), .. Unseen.Select(faulty => faulty.Name)];

    /// <summary>Those that are found, and in how many seeds.</summary>
    public static TheoryData<string, int> Findable
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, _, seeds) in Found)
            {
                data.Add(name, seeds);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Without_faults_a_faulty_role_does_what_the_real_one_does(string name)
    {
        var roles = Found.Select(faulty => (faulty.Name, faulty.Roles)).Concat(Unseen).Single(faulty => faulty.Name == name).Roles;
        Assert.All(RealCalm.Value, real =>
        {
            var faulty = Run(real.Case, roles);
            Assert.Null(faulty.Violation);
            Assert.Null(faulty.Reason);
            Assert.Equal((real.TraceHash, real.Events, real.End), (faulty.TraceHash, faulty.Events, faulty.End));
        });
    }

    [Theory]
    [MemberData(nameof(Findable))]
    public void A_faulty_role_is_found(string name, int seeds)
    {
        var roles = Found.Single(faulty => faulty.Name == name).Roles;
        var found = Enumerable.Range(0, seeds).Select(seed => Run(Drawing.Of((ulong)seed), roles)).FirstOrDefault(result => result.Violation is not null);
        Assert.True(found is not null, $"{name} is not found in {seeds} seeds.");

        // Else it is the real one that was found.
        Assert.Null(Run(found.Case, RoleSet.Of).Violation);
    }

    private static FuzzResult Run(FuzzCase drawn, Func<Plan, RoleSet> roles) => drawn.Run(Functions, roles, new Coverage(), CancellationToken.None);

    /// <summary>The experiment of a seed in which nothing goes wrong: no fault, nobody is late, and what happens at one instant happens in the order in which it was caused.</summary>
    private static FuzzCase Calm(ulong seed)
    {
        const int patience = 100;
        var drawn = Drawing.Of(seed).Plan;
        var (settings, faults) = (drawn.Settings, drawn.Settings.Faults);
        return new FuzzCase(seed, Plans.Of(
            settings with
            {
                Faults = new FaultsSection { Crashes = faults.Crashes with { Share = 0 }, Churn = faults.Churn with { Up = TimeSpan.Zero } },
                Extractor = settings.Extractor with
                {
                    Deadline = patience * settings.Extractor.Deadline,
                    Cohort = settings.Extractor.Cohort with { OverCommit = 0 },
                },
                Expert = settings.Expert with { Deadline = patience * settings.Expert.Deadline },
                Gate = settings.Gate with { Deadline = patience * settings.Gate.Deadline },
                RollGate = settings.RollGate with { Deadline = patience * settings.RollGate.Deadline },
                Inference = settings.Inference with { Deadline = patience * settings.Inference.Deadline },
                Supervision = settings.Supervision with { Patience = patience * settings.Supervision.Patience },
                Aggregator = settings.Aggregator with { CheckpointDeadline = patience * settings.Aggregator.CheckpointDeadline },
            },
            drawn.Deal.Data), TieSeed: null);
    }

    private static Func<Plan, RoleSet> Aggregator(Func<IRole<AggregatorState>, Plan, IRole<AggregatorState>> faulty) => plan =>
    {
        var real = RoleSet.Of(plan);
        return real with { Aggregator = () => faulty(real.Aggregator(), plan) };
    };

    private static Func<Plan, RoleSet> Client(Func<IRole<ClientState>, Plan, IRole<ClientState>> faulty) => plan =>
    {
        var real = RoleSet.Of(plan);
        return real with { Client = number => faulty(real.Client(number), plan) };
    };

    private static Func<Plan, RoleSet> Supervisor(Func<IRole<SupervisorState>, Plan, IRole<SupervisorState>> faulty) => plan =>
    {
        var real = RoleSet.Of(plan);
        return real with { Supervisor = () => faulty(real.Supervisor(), plan) };
    };
}

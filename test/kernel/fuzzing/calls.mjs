/**
 * A valid call of every function of the library: what hostile arguments are made of, one part exchanged. Every function that the library exports
 * must have one.
 */

/** @param L the library @returns by name, what makes the arguments */
export function validCalls(L) {
  const { basis, fock, num, qeye, sigmam, sigmax, sigmaz, sigmay, tensor, ket2dm, pulse } = L;
  const two = () => tensor(sigmaz(), qeye(2)).add(tensor(qeye(2), sigmax()));
  const bell = () => L.bellState();
  const rho = () =>
    ket2dm(basis(2, 0))
      .scale(0.75)
      .add(ket2dm(basis(2, 1)).scale(0.25));
  const rhoAB = () => tensor(rho(), rho());
  const times = () => [0, 0.5, 1];
  const cOps = () => [sigmam(), { op: sigmaz(), rate: 0.2 }];
  const solver = () => ({ cOps: cOps(), eOps: { z: sigmaz(), m: sigmam() }, rtol: 1e-5, atol: 1e-7, maxSteps: 2000 });
  const driven = () => [sigmaz(), [sigmax(), pulse.cosine({ omega: 2 })]];
  const few = () => ({ ...solver(), ntraj: 3, seed: 1 });
  const measured = () => ({ scOps: [sigmam()], eOps: { z: sigmaz() }, ntraj: 2, seed: 1, dt: 0.05 });
  const baths = () => [L.thermalBath("A", { beta: 0.5 }), L.thermalBath("B", { beta: 1, Gamma: 0.3 })];
  const system = () => ({
    HA: sigmaz(),
    HB: sigmaz().scale(1.2),
    V: tensor(sigmax(), sigmax()).scale(0.1),
    baths: baths(),
  });
  const make = () => (t) =>
    L.bipartite({ ...system(), baths: [L.thermalBath("A", { beta: t.A }), L.thermalBath("B", { beta: t.B })] });
  const correlated = (...operators) => [sigmaz(), basis(2, 0), times(), ...operators, { cOps: cOps(), maxSteps: 2000 }];
  const correlated2 = (...operators) => [
    sigmaz(),
    basis(2, 0),
    times(),
    times(),
    ...operators,
    { cOps: cOps(), maxSteps: 2000 },
  ];
  const process = () => [L.toKraus(L.propagator(sigmax(), 1, { cOps: [sigmam()] }))];
  const none = () => [];
  const state = () => [rho()];
  const pair = () => [rho(), ket2dm(basis(2, 0))];
  const levels = () => [4];
  const grid = () => [fock(4, 1), [-1, 0, 1], [-1, 0.5], { g: 2 ** 0.5 }];
  const sphere = () => [L.spinState(1, 0), [0, 1, 2], [0, 1]];
  return {
    Operator: undefined,
    Ket: () => [[2], [1, 0, 0, 0]],
    Coefficient: undefined,
    anticommutator: () => [sigmax(), sigmay()],
    averageGateFidelity: () => [...process(), sigmax()],
    basis: () => [3, 1],
    bellState: () => ["01"],
    bipartite: () => [system()],
    blochState: () => [[0.1, 0.2, 0.3], 2],
    blochVector: state,
    buresAngle: pair,
    buresDist: pair,
    callable: () => [(t) => Math.cos(t), { scale: 1, breakpoints: [0.5], support: [0, 2] }],
    catState: () => [12, 1, "even", { truncation: true }].slice(0, 3),
    chiToSuper: () => [L.toChi(process()[0])],
    choiToSuper: () => [L.toChoi(process()[0])],
    coefficientFrom: () => [JSON.parse(JSON.stringify(pulse.cosine({ omega: 2 }).toJSON()))],
    coherenceG1: () => correlated(sigmam()),
    coherenceG2: () => correlated(sigmam()),
    coherenceL1: state,
    coherenceRelativeEntropy: state,
    coherent: () => [12, 0.5],
    coherentInformation: () => [rhoAB(), [0], [1]],
    collectiveSpin: () => [2, "x"],
    commutator: () => [sigmax(), sigmay()],
    concurrence: () => [rhoAB()],
    conditionalEntropy: () => [rhoAB(), 0, 1],
    correlation2op1t: () => correlated(sigmam(), sigmam().dag()),
    correlation2op2t: () => correlated2(sigmam(), sigmam().dag()),
    correlation3op1t: () => correlated(sigmam(), sigmaz(), sigmam().dag()),
    correlation3op2t: () => correlated2(sigmam(), sigmaz(), sigmam().dag()),
    countingStatistics: () => [sigmax(), [sigmam()], { weights: [1], order: 3 }],
    create: levels,
    customBath: () => ["A", { jumps: [sigmam(), { op: sigmaz(), rate: 0.1 }], name: "A1" }],
    dag: () => [sigmam()],
    daviesBath: () => ["D", { couplings: tensor(sigmax(), qeye(2)), on: "global", beta: 1, Gamma: 0.2 }],
    destroy: levels,
    displace: () => [12, { re: 0.2, im: 0.3 }],
    effectiveBeta: () => [rho(), sigmaz()],
    eigenenergies: () => [two()],
    eigenstates: () => [two()],
    entanglementEntropy: () => [bell(), [0]],
    entanglementOfFormation: () => [rhoAB()],
    entanglingPower: () => [tensor(sigmax(), sigmax()), 0],
    entropyVn: state,
    ergotropy: () => [rhoAB(), two(), [0]].slice(0, 2),
    expand: () => [sigmax(), [2, 3], [0]],
    expect: () => [sigmaz(), rho()],
    fermionCreate: () => [2, 1],
    fermionDestroy: () => [2, 1],
    fidelity: pair,
    floquet: () => [driven(), Math.PI, { rtol: 1e-6, atol: 1e-8, maxSteps: 2000 }],
    floquetSteadystate: () => [driven(), Math.PI, { cOps: [sigmam()], by: "fourier" }],
    fock: () => [3, 1],
    freeEnergy: () => [rho(), sigmaz(), 0.5],
    gellMannMatrices: () => [3],
    ghzState: () => [3],
    hellingerDist: pair,
    hilbertSchmidtDist: pair,
    isCompletelyPositive: process,
    isTracePreserving: process,
    jensenShannonDivergence: pair,
    jmat: () => [1.5, "x"],
    ket2dm: () => [basis(2, 0)],
    largeDeviation: () => [sigmax(), [sigmam()], { fields: [-0.5, 0, 0.5], weights: [1] }],
    lindbladDissipator: () => [sigmam(), sigmaz()],
    linearEntropy: state,
    liouvillian: () => [sigmax(), cOps()],
    liouvillianSpectrum: () => [sigmax(), cOps(), { count: 3, which: "slowest" }],
    logarithmicNegativity: () => [rhoAB(), 0],
    matrixElement: () => [sigmax(), basis(2, 0), basis(2, 1)],
    maximallyMixedDm: levels,
    mcCorrelation2op1t: () =>
      correlated(sigmam(), sigmam().dag())
        .slice(0, 5)
        .concat([{ cOps: cOps(), maxSteps: 2000, ntraj: 3, seed: 1 }]),
    mcsolve: () => [sigmax(), basis(2, 0), times(), few()],
    mesolve: () => [driven(), basis(2, 0), times(), solver()],
    mesolveBatch: () => [
      [sigmaz(), sigmax()],
      [basis(2, 0), basis(2, 1)],
      times(),
      { cOps: [sigmam()], eOps: { z: sigmaz() } },
    ],
    mesolveSteps: () => [sigmax(), rho(), times(), solver()],
    momentum: levels,
    mutualInformation: () => [rhoAB(), 0, 1],
    negativity: () => [rhoAB(), 0],
    num: levels,
    operatorToVector: () => [sigmax()],
    overlap: () => [basis(2, 0), basis(2, 1)],
    parity: levels,
    partialTranspose: () => [rhoAB(), [0]],
    participationRatio: state,
    pauliStrings: () => [2],
    permute: () => [tensor(sigmax(), num(3)), [1, 0]],
    piecewise: () => [
      [0, 1, 2],
      [1, 2],
    ],
    populations: () => [rhoAB(), 0],
    position: levels,
    processFidelity: () => [...process(), qeye(2)],
    projection: () => [3, 0, 1],
    propagator: () => [sigmax(), [0, 1], { cOps: [sigmam()] }],
    pseudoInverse: () => [sigmax(), [sigmam()], [sigmaz(), sigmam()]],
    ptrace: () => [rhoAB(), [0]],
    purity: state,
    qeye: () => [[2, 3]],
    qfunc: grid,
    qfuncSpin: sphere,
    quadratureSqueezing: () => [tensor(L.squeezedVacuum(12, 0.3), basis(2, 0)), 0],
    quantumDiscord: () => [rhoAB(), 1],
    quantumFisherInformation: () => [rho(), sigmax()],
    rectification: () => [make(), 1, 0.5],
    relativeEntropy: pair,
    renyiEntropy: () => [rho(), 2],
    samples: () => [[0, 0.3, 0.6, 1], [0, 1, 0.5, 0], { order: 3 }],
    schmidtDecomposition: () => [bell(), 0],
    selfTest: none,
    sesolve: () => [driven(), basis(2, 0), times(), { eOps: { z: sigmaz() }, maxSteps: 2000 }],
    sigmam: none,
    sigmap: none,
    sigmax: none,
    sigmay: none,
    sigmaz: none,
    singletState: none,
    smesolve: () => [sigmax(), rho(), times(), { ...measured(), cOps: [sigmaz()] }],
    spectrum: () => [sigmax(), [-1, 0, 1], cOps(), sigmam().dag(), sigmam()],
    spectrumCorrelationFft: () => [[0, 1, 2, 3], { re: [1, 0.5, 0.2, 0.1], im: [0, 0.1, 0, 0] }],
    spinCoherent: () => [1, 0.3, 0.2],
    spinSqueezing: () => [tensor(basis(2, 0), basis(2, 0))],
    spinState: () => [1, -1],
    spost: () => [sigmax()],
    spre: () => [sigmax()],
    sprepost: () => [sigmax(), sigmay()],
    squeeze: () => [12, 0.2],
    squeezedVacuum: () => [12, 0.2],
    ssesolve: () => [sigmax(), basis(2, 0), times(), measured()],
    steadystate: () => [sigmax(), cOps(), { method: "auto" }],
    supports: () => ["simd"],
    tensor: () => [sigmax(), num(3)],
    thermalBath: () => ["A", { beta: 1, Gamma: 0.5, rates: "symmetric", name: "hot" }],
    thermalConductance: () => [make(), 1],
    thermalDm: () => [6, 0.5],
    thermalState: () => [two(), 0.7],
    toChi: process,
    toChoi: process,
    toKraus: process,
    toSuper: process,
    totalCorrelation: () => [rhoAB()],
    tracedist: pair,
    tripletStates: none,
    tsallisEntropy: () => [rho(), 2],
    twoQubitExample: () => [{ omegaA: 1, omegaB: 1.2, g: 0.1, betaA: 0.5, betaB: 1, c: 0.05 }],
    unitarity: process,
    variance: () => [sigmaz(), rho()],
    vectorToOperator: () => [L.operatorToVector(sigmax())],
    wState: () => [3],
    wigner: grid,
    wignerSpin: sphere,
    // What is reached by way of an object.
    "Operator.dense": () => [[2], [1, 0, 0, 0, 0, 0, 1, 0]],
    "Operator.fromArrays": () => [
      {
        dims: [2],
        re: [
          [1, 0],
          [0, 1],
        ],
        im: [
          [0, 0],
          [0, 0],
        ],
      },
    ],
    "Operator.csr": () => [[2], { rowPointers: [0, 1, 2], columns: [0, 1], values: [1, 0, 1, 0] }],
    "Operator.fromTriplets": () => [
      [2],
      [
        [0, 0, 1, 0],
        [1, 1, 2, 0],
      ],
    ],
    "Coefficient.constant": () => [1.5],
    ...Object.fromEntries(
      Object.entries({
        gaussian: { center: 1, sigma: 0.2 },
        sine: { omega: 1, phase: 0.1 },
        cosine: { omega: 1 },
        rotation: { omega: 1 },
        square: { from: 0, to: 1 },
        squareWave: { period: 1, start: 0, duty: 0.5 },
        ramp: { from: 0, to: 1 },
        smoothRamp: { from: 0, to: 1 },
        chirp: { omega: 1, rate: 0.1, phase: 0, start: 0 },
        exponential: { rate: 1, start: 0 },
      }).map(([name, parameters]) => [`pulse.${name}`, () => [{ ...parameters }]]),
    ),
    "operator.get": { of: () => num(3), args: () => [0, 1] },
    "operator.apply": { of: () => sigmax(), args: () => [basis(2, 0)] },
    "operator.mul": { of: () => sigmax(), args: () => [sigmay()] },
    "operator.add": { of: () => sigmax(), args: () => [sigmay()] },
    "operator.sub": { of: () => sigmax(), args: () => [sigmay()] },
    "operator.scale": { of: () => sigmax(), args: () => [{ re: 1, im: 2 }] },
    "operator.kron": { of: () => sigmax(), args: () => [sigmay()] },
    "operator.asHermitian": { of: () => sigmax(), args: () => [1e-12] },
    "operator.isHermitian": { of: () => sigmax(), args: () => [1e-12] },
    "ket.scale": { of: () => basis(2, 0), args: () => [2] },
    "ket.add": { of: () => basis(2, 0), args: () => [basis(2, 1)] },
    "ket.kron": { of: () => basis(2, 0), args: () => [basis(2, 1)] },
    "coefficient.at": { of: () => pulse.cosine({ omega: 1 }), args: () => [0.5] },
    "coefficient.add": { of: () => pulse.cosine({ omega: 1 }), args: () => [2] },
    "coefficient.mul": { of: () => pulse.cosine({ omega: 1 }), args: () => [pulse.sine({ omega: 2 })] },
    "floquet.modesAt": { of: () => L.floquet(driven(), Math.PI), args: () => [0.3] },
    "floquet.statesAt": { of: () => L.floquet(driven(), Math.PI), args: () => [0.3] },
    "floquetSteadystate.at": {
      of: () => L.floquetSteadystate(driven(), Math.PI, { cOps: [sigmam()] }),
      args: () => [0.3],
    },
    "system.evolve": {
      of: () => L.bipartite(system()),
      args: () => [rhoAB(), times(), { measures: ["mutualInformation"] }].slice(0, 2),
    },
    "system.energies": { of: () => L.bipartite(system()), args: () => [rhoAB()] },
    "system.conditions": { of: () => L.bipartite(system()), args: () => [] },
    "system.storage": { of: () => L.bipartite(system()), args: () => [] },
  };
}

/** What stands beside every page, and above it. */
const page = (text: string, link: string) => ({ text, link });

export const SIDEBAR = [
  {
    text: "Start",
    items: [
      page("What it is", "/"),
      page("Getting started", "/guide/getting-started"),
      page("Coming from QuTiP", "/guide/coming-from-qutip"),
      page("Examples", "/examples"),
    ],
  },
  {
    text: "Guides",
    items: [
      page("Master equation", "/guide/master-equation"),
      page("Time dependence", "/guide/time-dependence"),
      page("Steady states and spectra", "/guide/steady-states"),
      page("Trajectories", "/guide/trajectories"),
      page("Thermodynamics", "/guide/thermodynamics"),
      page("Measures and processes", "/guide/measures"),
      page("Many points", "/guide/many-points"),
      page("Files", "/guide/files"),
      page("Models of strangers", "/guide/serving"),
      page("Model files", "/model-files"),
      page("Sweeps", "/sweeps"),
      page("Workers", "/pool"),
      page("In the browser", "/browser"),
      page("The playground", "/playground"),
    ],
  },
  {
    text: "Reference",
    items: [
      page("Keys of model files", "/reference/model-files"),
      page("Functions in expressions", "/reference/functions"),
      page("Command line", "/reference/command-line"),
      page("Package @lindblad/cli", "/reference/packages/cli"),
      page("Changes", "/reference/changelog"),
    ],
  },
  {
    text: "API",
    items: [
      page("lindblad", "/api/lindblad/"),
      page("lindblad/model", "/api/lindblad/model/"),
      page("lindblad/io", "/api/lindblad/io/"),
      page("lindblad/pool", "/api/lindblad/pool/"),
      page("lindblad/pool/shares", "/api/lindblad/pool/shares/"),
      page("@lindblad/plot", "/api/@lindblad/plot/"),
      page("@lindblad/plot/node", "/api/@lindblad/plot/node/"),
      page("@lindblad/sweep", "/api/@lindblad/sweep/"),
      page("@lindblad/sweep/worker", "/api/@lindblad/sweep/worker/"),
    ],
  },
  {
    text: "Background",
    items: [
      page("Theory and errata", "/theory"),
      page("Methods", "/methods"),
      page("How the kernel works", "/kernel"),
      page("Accuracy", "/accuracy"),
      page("Reliability", "/reliability"),
      page("Performance", "/performance"),
      page("Scaling", "/scaling"),
      page("Packaging", "/packaging"),
      page("Decisions", "/decisions/"),
    ],
  },
];

/** The first things to look for. */
export const NAV = [
  page("Getting started", "/guide/getting-started"),
  page("Model files", "/reference/model-files"),
  page("Command line", "/reference/command-line"),
  page("API", "/api/lindblad/"),
];

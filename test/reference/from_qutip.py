"""Writes qutip_measures.json, qutip_processes.json, qutip_builders.json and qutip_phasespace.json anew: what is given in each file (states, channels,
expressions) stays, what QuTiP makes of it is computed again.

    python test/reference/from_qutip.py [--check]

--check writes nothing and fails where a number differs by more than 1e-12 (roots of rounding: 1e-7). Needs qutip 5.3.1.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")  # matplotlib is not needed

import numpy as np  # noqa: E402
import qutip as qt  # noqa: E402
from qutip.core.metrics import unitarity  # noqa: E402

HERE = Path(__file__).parent
ROOTED = {"fidelity", "buresDist", "buresAngle", "hellingerDist", "concurrence", "processFidelityToNext"}


def operator(dims, flat):
    data = np.asarray(flat).reshape(-1, 2)
    size = int(np.prod(dims))
    return qt.Qobj((data[:, 0] + 1j * data[:, 1]).reshape(size, size), dims=[dims, dims])


def interleaved(matrix):
    data = np.asarray(matrix, dtype=complex).ravel()
    return np.column_stack([data.real, data.imag]).ravel().tolist()


def measures(case):
    dims = case["dims"]
    rho, sigma = operator(dims, case["rho"]), operator(dims, case["sigma"])
    values = {
        "entropyVn": qt.entropy_vn(rho),
        "purity": rho.purity(),
        "tracedist": qt.tracedist(rho, sigma),
        "fidelity": qt.fidelity(rho, sigma),
        "relativeEntropy": qt.entropy_relative(rho, sigma),
        "linearEntropy": qt.entropy_linear(rho),
        "participationRatio": 1 / rho.purity(),
        "buresDist": qt.bures_dist(rho, sigma),
        "buresAngle": qt.bures_angle(rho, sigma),
        "hilbertSchmidtDist": np.sqrt(qt.hilbert_dist(rho, sigma)),
        "hellingerDist": qt.hellinger_dist(rho, sigma),
    }
    if len(dims) > 1:
        others = list(range(1, len(dims)))
        values["negativity"] = qt.negativity(rho, 0)
        values["logarithmicNegativity"] = qt.negativity(rho, 0, logarithmic=True) * np.log(2)
        values["mutualInformation"] = qt.entropy_mutual(rho, [0], others)
        values["conditionalEntropy"] = qt.entropy_conditional(rho, others)
        case["partialTranspose"] = interleaved(qt.partial_transpose(rho, [1] + [0] * len(others)).full())
    if dims == [2, 2]:
        values["concurrence"] = qt.concurrence(rho)
    case["values"] = {name: float(np.real(value)) for name, value in values.items()}


def channel(case):
    return [operator(case["dims"], one) for one in case["kraus"]]


def processes(case, others):
    dims = case["dims"]
    kraus, gate = channel(case), operator(dims, case["target"])
    superoperator = sum(qt.sprepost(K, K.dag()) for K in kraus)
    size = gate.shape[0]
    values = {
        "superoperator": interleaved(superoperator.full()),
        "choi": interleaved(qt.to_choi(superoperator).full()),
        "processFidelity": qt.process_fidelity(superoperator, gate),
        "averageGateFidelity": qt.average_gate_fidelity(superoperator, gate),
    }
    if all(dim == 2 for dim in dims):
        values["chi"] = interleaved(qt.to_chi(superoperator).full() / size**2)
        values["unitarity"] = unitarity(superoperator)
    if dims == [2, 2]:
        values["entanglingPower"] = qt.entangling_power(gate)
    # The next channel on the same space, the first after the last.
    same = [other for other in others if other["dims"] == dims]
    if len(same) > 1:
        values["processFidelityToNext"] = qt.process_fidelity(kraus, channel(same[(same.index(case) + 1) % len(same)]))
    case["values"] = {name: value if isinstance(value, list) else float(np.real(value)) for name, value in values.items()}


def builders(file):
    scope = {name: getattr(qt, name) for name in qt.__all__} if hasattr(qt, "__all__") else dict(vars(qt))
    scope["np"] = np
    for name, flat in file["given"].items():
        count = len(flat) // 2
        dims = [2, 3] if name == "C" else [3]
        if count == int(np.prod(dims)):
            data = np.asarray(flat).reshape(-1, 2)
            scope[name] = qt.Qobj(data[:, 0] + 1j * data[:, 1], dims=[dims, [1]])
        else:
            scope[name] = operator(dims, flat)
    for expression in file["values"]:
        value = eval(expression, scope)
        file["values"][expression] = interleaved(value.full() if isinstance(value, qt.Qobj) else value)


def phase_space(case):
    rho = operator([case["levels"]], case["rho"])
    x, y, g = np.array(case["x"]), np.array(case["y"]), case["g"]
    theta, phi = np.array(case["theta"]), np.array(case["phi"])
    case["values"] = {
        "wigner": qt.wigner(rho, x, y, g=g).ravel().tolist(),
        "qfunc": qt.qfunc(rho, x, y, g=g).ravel().tolist(),
        "wignerSpin": np.real(qt.spin_wigner(rho, theta, phi)[0]).ravel().tolist(),
        "qfuncSpin": np.real(qt.spin_q_function(rho, theta, phi)[0]).ravel().tolist(),
    }


def phase_space_given():
    def case(levels, g):
        state = qt.rand_dm(levels, seed=levels).full()
        angles = {"theta": [0.0, 0.4, 2.0, float(np.pi)], "phi": [-0.3, 1.7]}
        return {"levels": levels, "g": g, "x": [-1.5, 0.25, 3.0], "y": [0.5, -2.0], **angles, "rho": interleaved(state)}

    provenance = f"QuTiP {qt.__version__}: wigner, qfunc (of g), spin_wigner, spin_q_function, rows are y (phi), of random states"
    return {"provenance": provenance, "cases": [case(2, 2**0.5), case(3, 1.0), case(6, 2.0), case(9, 2**0.5)]}


def differences(name, old, new):
    """Where two values of one file differ."""
    if isinstance(new, dict):
        for key in new:
            yield from differences(f"{name}.{key}", old[key], new[key]) if key in old else [f"{name}.{key} is new"]
    elif isinstance(new, list) and len(new) == len(old):
        for k, pair in enumerate(zip(old, new)):
            yield from differences(f"{name}[{k}]", *pair)
    elif isinstance(new, float):
        if not abs(new - old) <= (1e-7 if name.split(".")[-1] in ROOTED else 1e-12):
            yield f"{name}: {old} became {new}"
    elif old != new:
        yield f"{name}: {old} became {new}"


def written(file):
    """A line for each expression of builders, one line for the cases."""
    if "cases" in file:
        return json.dumps(file, ensure_ascii=False) + "\n"
    lines = [f' "provenance": {json.dumps(file["provenance"])}']
    for part in ["given", "values"]:
        entries = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in file[part].items())
        lines.append(f' "{part}": {{\n{entries}\n }}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main():
    faults = []
    for name in ["measures", "processes", "builders", "phasespace"]:
        path = HERE / f"qutip_{name}.json"
        text = path.read_text() if path.exists() else json.dumps(phase_space_given())
        file = json.loads(text)
        if name == "builders":
            builders(file)
        for case in file.get("cases", []):
            if name == "measures":
                measures(case)
            elif name == "processes":
                processes(case, file["cases"])
            else:
                phase_space(case)
        faults += differences(name, json.loads(text), file)
        if "--check" not in sys.argv:
            path.write_text(written(file))
    print("\n".join(faults) or "no differences")
    return 1 if faults and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())

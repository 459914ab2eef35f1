"""The problems' matrices as operators of QuTiP."""
import cmath
import math

import qutip as qt
from problems import function_of, problem_of

converted = {}


def qobj(matrix, problem):
    return qt.Qobj(matrix, dims=[problem["dims"]] * 2).to("dia" if problem["banded"] else "csr")


def hamiltonian(point, problem, strings):
    """A Qobj; or a QobjEvo, with coefficients in strings or in functions."""
    h, drives = qobj(point["h"], problem), point.get("drives", ())
    if not drives:
        return h
    terms = [] if point["h"].nnz == 0 else [h]
    args = {}
    for drive in drives:
        expression, constants = drive["coefficient"], drive["constants"]
        library = cmath if "1j" in expression else math
        names = dict(exp=library.exp, cos=library.cos, **constants)
        terms.append([qobj(drive["operator"], problem), expression if strings else function_of(expression, names)])
        args.update(constants)
    return qt.QobjEvo(terms, args=args if strings else None)


def points_of(request):
    """H, jumps, rho0 and observables of every point as Qobj; those of the last problem are kept."""
    strings = "str" in request.get("method", "").split("+")
    key = (request["problem"], request["size"], strings)
    if key not in converted:
        problem = problem_of(request)
        if any(other[:2] != key[:2] for other in converted):
            converted.clear()
        converted[key] = [
            (
                hamiltonian(point, problem, strings),
                [qobj(jump, problem) for jump in point["jumps"]],
                qt.Qobj(point["rho0"].toarray(), dims=[problem["dims"]] * 2),
                [qobj(observable, problem) for observable in point["observables"].values()],
            )
            for point in problem["points"]
        ]
    return converted[key]

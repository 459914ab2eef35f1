"""QuTiP's functions on phase space.

{"op": "phasespace", "function": F, "method": M, "ket": [re, im] or "matrix": [re, im], "x": [...], "seconds": S, "calls": C}
    processor times of single calls on the grid x by x, and the error of the last
{"op": "phasespace reference", "function": F, "x": [...]}     exact values on it, a row for each y

F is "wigner" (by its methods clenshaw, iterative, laguerre, fft) or "qfunc". The request says whose state it is by "terms": [[a, b, c], ...] with
rho = sum c |a><b| of coherent states, complex numbers as [re, im]: of them both functions are known in closed form.
"""
import numpy as np
import qutip as qt
from protocol import processor_time, timed


def state_of(request):
    kind = "ket" if "ket" in request else "matrix"
    re, im = (np.array(part) for part in request[kind])
    return qt.Qobj(re + 1j * im)


def exact(request, x, y):
    """[x, y] = i, as QuTiP's default. W of |a><b|: <b|a>/pi exp(-2 (z - a)(z* - b*)); Q: <z|a><b|z>/(2 pi)."""
    z = (x[None, :] + 1j * y[:, None]) / np.sqrt(2)
    total = 0
    for a, b, c in ([complex(*number) for number in term] for term in request["terms"]):
        overlap = np.exp(np.conj(b) * a - (abs(a) ** 2 + abs(b) ** 2) / 2)
        if request["function"] == "wigner":
            total = total + c * overlap / np.pi * np.exp(-2 * (z - a) * (np.conj(z) - np.conj(b)))
        else:
            total = total + c / (2 * np.pi) * np.exp(np.conj(z) * a + np.conj(b) * z - (abs(a) ** 2 + abs(b) ** 2) / 2 - abs(z) ** 2)
    return total.real


def phasespace(request):
    x = np.array(request["x"])
    state, method = state_of(request), request["method"]
    if request["function"] == "wigner":
        call = lambda: qt.wigner(state, x, x, method=method)
    else:
        call = lambda: qt.qfunc(state, x, x)
    seconds, result = timed(call, request["seconds"], request["calls"], processor_time)
    # the Fourier transform chooses the other coordinate itself
    values, y = result if method == "fft" else (result, x)
    return {"seconds": seconds, "error": float(np.abs(values - exact(request, x, y)).max())}


def phasespace_reference(request):
    x = np.array(request["x"])
    return {"values": exact(request, x, x).ravel().tolist()}

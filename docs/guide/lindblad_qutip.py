"""QuTiP's objects to and from the files of `lindblad`. QuTiP 5, numpy, scipy; copy this file beside your script.

    save_operators("system.npz", H=H, a=a, rho0=rho0)   # JavaScript: readOperatorsNpz(readFileSync("system.npz"))
    objects = load_operators("system.npz")              # JavaScript: writeFileSync("system.npz", operatorsNpz({ H, rho }))
    json.dumps({"operators": {"a": model_operator(a)}})  # an explicit matrix of a model file
    states = load_states("result.npz", dims=[2, 2])     # of `lindblad run`, or of solutionNpz

Element by element the matrices are the same: the first factor of a tensor product is the slow index in both, superoperators
act on stacked columns in both.
"""

import numpy as np
import scipy.sparse
import qutip


def save_operators(path, /, **objects):
    """Operators, superoperators, kets and density matrices by name. What QuTiP keeps sparse stays sparse."""
    arrays = {}
    for name, q in objects.items():
        if name.endswith((".dims", ".data", ".indices", ".indptr")):
            raise ValueError(f"{name}: a name that does not end as that of a part does is needed")
        arrays[f"{name}.dims"] = np.array(_dims(q, name))
        rows = _rows(q)
        if rows is None:
            arrays[name] = q.full().ravel() if _is_ket(q) else q.full()
        else:
            arrays |= {f"{name}.data": rows.data, f"{name}.indices": rows.indices, f"{name}.indptr": rows.indptr}
    np.savez_compressed(path, **arrays)


def load_operators(path):
    """What `operatorsNpz` wrote, as Qobj by name. An operator on [...dims, ...dims] that is a superoperator: `as_super` of it."""
    with np.load(path, allow_pickle=False) as file:
        names = [key.removesuffix(".dims") for key in file.files if key.endswith(".dims")]
        return {name: _qobj(file, name) for name in names}


def load_states(path, dims):
    """`final_state` and `states` of a result as Qobj: a Qobj and a list of them, on parts of dimensions `dims`."""
    with np.load(path, allow_pickle=False) as file:
        ket = file["final_state"].ndim == 1
        qdims = [dims, [1] * len(dims)] if ket else [dims, dims]
        final = qutip.Qobj(file["final_state"], dims=qdims)
        return final, [qutip.Qobj(state, dims=qdims) for state in (file["states"] if "states" in file.files else [])]


def as_super(q):
    """An operator on [...dims, ...dims], as `liouvillian` and `propagator` of lindblad give it, as a superoperator of QuTiP."""
    half = len(q.dims[0]) // 2
    parts = q.dims[0][:half]
    if half == 0 or q.dims[0][half:] != parts:
        raise TypeError(f"an operator on [...dims, ...dims] is needed, not one on {q.dims[0]}")
    return qutip.Qobj(q.data, dims=[[parts, parts], [parts, parts]])


def model_operator(q):
    """An operator as a model file (JSON) has it: elements, or compressed sparse rows where QuTiP keeps those. Of a ket, its |psi><psi|."""
    q = q.proj() if isinstance(q, qutip.Qobj) and _is_ket(q) else q
    dims, rows = _dims(q, "model_operator"), _rows(q)
    if rows is not None:
        values = np.ascontiguousarray(rows.data).view(float)
        return {"dims": dims, "rowPointers": rows.indptr.tolist(), "columns": rows.indices.tolist(), "values": values.tolist()}
    full = q.full()
    return {"dims": dims, "re": full.real.tolist(), "im": full.imag.tolist()}


def _is_ket(q):
    """QuTiP takes a matrix of one element for a ket, too."""
    return q.type == "ket"


def _dims(q, name):
    """Dimensions of the parts: those of the space twice for a superoperator."""
    if not isinstance(q, qutip.Qobj):
        raise TypeError(f"{name}: a Qobj is needed, not {type(q).__name__}")
    if not (_is_ket(q) or q.isoper or q.issuper):
        raise TypeError(f"{name}: an operator, a superoperator or a ket is needed, not this {q.type}")
    if not _is_ket(q) and q.dims[0] != q.dims[1]:
        raise TypeError(f"{name}: a square operator is needed, not one of dims {q.dims}")
    if q.issuper and q.superrep != "super":
        raise TypeError(f"{name}: a superoperator that acts on stacked columns is needed, to_super of this one in the form {q.superrep!r}")
    dims = list(q.dims[0][0]) + list(q.dims[0][1]) if q.issuper else list(q.dims[0])
    if not all(isinstance(n, int) for n in dims) or np.prod(dims) != q.shape[0]:
        raise TypeError(f"{name}: a space that is a product of parts is needed, not one of dims {q.dims} with {q.shape[0]} levels")
    return dims


def _rows(q):
    """Compressed sparse rows; None for kets, and for what QuTiP keeps dense."""
    if _is_ket(q) or isinstance(q.data, qutip.core.data.Dense):
        return None
    rows = q.to("CSR").data_as("csr_matrix", copy=True)
    rows.sum_duplicates()
    return rows


def _qobj(file, name):
    dims = file[f"{name}.dims"].astype(int).tolist()
    if name in file.files:
        matrix = file[name]
        return qutip.Qobj(matrix, dims=[dims, [1] * len(dims)] if matrix.ndim == 1 else [dims, dims])
    size = int(np.prod(dims))
    parts = (file[f"{name}.data"], file[f"{name}.indices"].astype(np.int32), file[f"{name}.indptr"].astype(np.int32))
    return qutip.Qobj(scipy.sparse.csr_matrix(parts, shape=(size, size)), dims=[dims, dims])

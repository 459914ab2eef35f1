/** The products that are compared: how many operations each counts as, and how one writes it first, in JavaScript. */

export const FORMS = [
  {
    name: "complex",
    title: "complex d x d product, GF/s (8 d^3 operations)",
    operations: (d) => 8 * d ** 3,
    prepare: (a) => a,
    plain: multiply,
  },
  {
    name: "real",
    title: "real times complex, GF/s (counted as 8 d^3 operations; numpy: two real products, planes apart)",
    operations: (d) => 8 * d ** 3,
    prepare: (a) => a.map((x, k) => (k % 2 === 0 ? x : 0)),
    plain: multiplyReal,
  },
  {
    name: "jump",
    title: "L rho L† of a dense jump, GF/s (16 d^3 operations)",
    operations: (d) => 16 * d ** 3,
    prepare: (a) => a,
    plain: (d, a, b, c, t) => {
      multiply(d, a, b, t);
      multiply(d, a, t, c);
    },
  },
];

/** GF/s; "-" for what was not measured. */
export function rateOf(operations, seconds) {
  return seconds === undefined ? "-" : ((1e-9 * operations) / seconds).toFixed(2);
}

/** C = A·B, row-major and interleaved, the loop over columns innermost. */
function multiply(size, a, b, c) {
  c.fill(0);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const re = a[2 * (i * size + k)];
      const im = a[2 * (i * size + k) + 1];
      let from = 2 * k * size;
      let to = 2 * i * size;
      for (let j = 0; j < size; j++, from += 2, to += 2) {
        c[to] += re * b[from] - im * b[from + 1];
        c[to + 1] += re * b[from + 1] + im * b[from];
      }
    }
  }
}

/** The same with the imaginary parts of A left out. */
function multiplyReal(size, a, b, c) {
  c.fill(0);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const re = a[2 * (i * size + k)];
      let from = 2 * k * size;
      let to = 2 * i * size;
      for (let j = 0; j < 2 * size; j++, from++, to++) c[to] += re * b[from];
    }
  }
}

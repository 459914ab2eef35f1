// What a user's program may rely on the types to say.
import { destroy, fock, mesolve, num, type Solution } from "lindblad";
import { csv } from "lindblad/io";
import { loadModel, type Model, runModel } from "lindblad/model";
import { pool } from "lindblad/pool";
import { init } from "lindblad/slim";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

await init({ isa: "simd" });
const options = { cOps: [destroy(20)], eOps: { n: num(20), a: destroy(20) } };
const result = mesolve(num(20), fock(20, 3), [0, 1, 2], options);
// Real numbers of an operator that is Hermitian by its type; of another they are complex, unless it proves to be Hermitian.
export const n: Float64Array = result.expect.n;
export const a: Float64Array | { readonly re: Float64Array; readonly im: Float64Array } = result.expect.a;
// @ts-expect-error: nothing of that name was asked for
result.expect.b;
// @ts-expect-error: it may be complex
export const wrong: Float64Array = result.expect.a;

const workers = pool({ size: 1 });
const off = await workers.mesolve(num(20), fock(20, 3), [0, 1, 2], options);
same<typeof off.expect, typeof result.expect>(true);
export const solution: Solution<typeof options.eOps> = result;
await workers.close();

const model: Model = loadModel("{}");
export const { series } = runModel(model);
export const text: string = csv({ n });

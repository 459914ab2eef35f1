/**
 * The driven spin that several tests share.
 */
import { basis } from "../../bindings/index.ts";

export const spin = {
  up: basis(2, 0),
  tight: { rtol: 1e-12, atol: 1e-14 },
  /** Amplitude and frequency of the drive E cos(omega t) sigma_x, rate of decay. */
  E: 1.3,
  omega: 2.1,
  G: 0.2,
};

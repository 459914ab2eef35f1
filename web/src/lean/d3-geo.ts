/**
 * Projections of the earth, and the shapes on it.
 * @module
 */
import { leftOut } from "./left-out.ts";

const geo = leftOut("d3-geo");

/** Plot makes one as it is loaded. */
export const geoTransform = (methods: object) => methods;

export {
  geo as geoAlbers,
  geo as geoAlbersUsa,
  geo as geoAzimuthalEqualArea,
  geo as geoAzimuthalEquidistant,
  geo as geoCentroid,
  geo as geoClipRectangle,
  geo as geoConicConformal,
  geo as geoConicEqualArea,
  geo as geoConicEquidistant,
  geo as geoEqualEarth,
  geo as geoEquirectangular,
  geo as geoGnomonic,
  geo as geoGraticule10,
  geo as geoMercator,
  geo as geoOrthographic,
  geo as geoPath,
  geo as geoStereographic,
  geo as geoStream,
  geo as geoTransverseMercator,
};

/** @file The scale ratings are shown on: Elo's, where 400 points are odds of ten to one. */

/** What a model without any advantage over the others is shown as. */
const centre = 1000;

/** Rating points for one natural unit (log-odds) of strength. */
export const pointsPerUnit = 400 / Math.LN10;

export const toRating = (strength: number) => centre + pointsPerUnit * strength;
export const toStrength = (rating: number) => (rating - centre) / pointsPerUnit;

/** @file An arena that has been used for weeks: six models, hundreds of votes, answers with everything. */
import { ArenaStore } from "../../../src/store/arena-store.ts";
import { type Player, playArena } from "../played-arena.ts";
import { type Stage, stageArena } from "../running-arena.ts";

type Maker = { organisation: string; licence: string; price: number };

const makers: Record<string, Maker> = {
  "atlas-70b": { organisation: "Northlight", licence: "Apache-2.0", price: 0.9 },
  "borealis-32b": { organisation: "Polar Labs", licence: "MIT", price: 0.5 },
  "cirrus-14b": { organisation: "Weather Works", licence: "Apache-2.0", price: 0.25 },
  "delta-8b": { organisation: "Estuary", licence: "Community", price: 0.12 },
  "ember-4b": { organisation: "Hearth AI", licence: "MIT", price: 0.06 },
  "fjord-1b": { organisation: "Polar Labs", licence: "MIT", price: 0.02 },
};

const players: Player[] = Object.keys(makers).map((name, i) => ({
  name,
  rating: 1130 - 52 * i,
  sentences: 3 + ((i * 7) % 5),
  dressesUp: i % 3 === 0,
}));

const models = Object.fromEntries(
  Object.entries(makers).map(([name, { price, ...facts }]) => [
    name,
    { ...facts, price_input: price / 3, price_output: price, link: "https://models.example/card" },
  ]),
);

const threeHoursMs = 10_800_000;

/** Of two answers one is thorough, the other brief. */
export async function stageLivelyArena(votes = 600): Promise<Stage> {
  let asked = 0;
  const answer = () => (asked++ % 2 === 0 ? thorough : brief);
  const stage = await stageArena(
    { models },
    { models: Object.fromEntries(players.map(({ name }) => [name, answer])) },
  );
  const store = new ArenaStore(stage.dataDir);
  playArena(store, { votes, players, stepMs: threeHoursMs, voters: 60 });
  store.close();
  await stage.restart();
  return stage;
}

const thorough = `## The short answer

The sky is blue because air scatters **short wavelengths** far more than long ones. The effect has
a name, *Rayleigh scattering*, and its strength grows with the fourth power of the frequency:

$$I(\\lambda) \\propto \\frac{1}{\\lambda^4}$$

| Colour | Wavelength | Scattered |
| ------ | ---------: | --------: |
| Blue   |     450 nm |     4.4 × |
| Red    |     650 nm |     1.0 × |

\`\`\`python
def scattered(wavelength_nm: float) -> float:
    return (650 / wavelength_nm) ** 4  # red is 1
\`\`\`
`;

const brief = `Sunlight has every colour in it. Air molecules send blue light in all directions much more
than red light, so from wherever you look at the sky, blue light reaches you.

1. **At noon** the way through the air is short: only blue is scattered, and the sky looks blue.
2. **At dusk** the light crosses about 38 times as much air: the blue has been scattered away, and
   what is left is orange and \`red\`.

> Violet is scattered more still, but the eye sees it badly. See [the details](https://physics.example).

The same happens in smoke, in thin milk, and in some people's eyes.
`;

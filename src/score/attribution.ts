/**
 * What each player has moved in a forest (features, or groups of them): exact Shapley values, with the tree's own covers for what is expected of the unknown ("path-dependent
 * TreeSHAP", Lundberg+ 2018). A leaf adds its value as far as the players on its path let it: all or nothing when they are known, the share
 * of the mail that went that way when not. So each leaf is a game of few players. Leaves that stand close together are asked about with the
 * same few questions: what they move by each pattern of answers is added up once for a forest, and a message looks it up.
 */
import type { Forest, Tree } from './trees.ts';

export interface Attribution {
  /** Log-odds when nothing is known. */
  readonly base: number;
  /** Adds to `credits` (one for each player) what each has moved. `values` in the order of the forest's features. */
  readonly attribute: (values: ArrayLike<number>, credits: Float64Array) => void;
}

/** A player on one path, and the share of the mail that all their questions there let through. */
interface PathPlayer {
  readonly player: number;
  readonly share: number;
}

/** A question on a path, and the side that the path takes there (0: left). */
interface Turn {
  readonly node: number;
  readonly side: number;
  /** Place among the players of the path. */
  readonly slot: number;
}

/** A leaf with the way to it from the root; players in the order of their first questions. */
interface Leaf {
  readonly value: number;
  readonly turns: readonly Turn[];
  readonly path: readonly PathPlayer[];
}

/** Leaves that are told apart by few questions: those of a small subtree, and those on the way there. */
interface Bunch {
  readonly tree: Tree;
  /** Nodes that ask. The answer of the first is the highest bit of a pattern; 1 is right. */
  readonly questions: readonly number[];
  readonly players: readonly number[];
  readonly leaves: readonly Leaf[];
}

const BUNCH_HEIGHT = 2; // three questions and two on the way, of trees of depth 4: 32 patterns. One more would be 256, out of every cache

/** `players`: by feature, who is credited; what several features of one player say counts as one answer. */
export function attributionOf({ trees }: Forest, players: readonly number[]): Attribution {
  const bunches = trees.flatMap((tree) => bunchesOf(tree, players));
  const table = tableOf(bunches);
  return {
    base: bunches.reduce((sum, { leaves }) => leaves.reduce((part, leaf) => part + expected(leaf), sum), 0),
    attribute: (values, credits) => lookUp(table, values, credits),
  };
}

const expected = ({ value, path }: Leaf): number => path.reduce((product, { share }) => product * share, value);

function bunchesOf(tree: Tree, players: readonly number[]): readonly Bunch[] {
  const below = (root: number): readonly number[] =>
    heightOf(tree, root) <= BUNCH_HEIGHT ? [root] : childrenOf(tree, root).flatMap(below);
  const leaves = leavesOf(tree, players, 0, { turns: [], path: [] });
  return below(0).map((root) => {
    const end = endOf(tree, root);
    const mine = leaves.filter(({ at }) => at >= root && at < end);
    return {
      tree,
      questions: unique(mine.flatMap(({ turns }) => turns.map(({ node }) => node))),
      players: unique(mine.flatMap(({ path }) => path.map(({ player }) => player))),
      leaves: mine,
    };
  });
}

const unique = (items: readonly number[]): readonly number[] => [...new Set(items)];

const isLeaf = ({ feature }: Tree, at: number): boolean => (feature[at] ?? -1) < 0;
const childrenOf = ({ right }: Tree, at: number): readonly [left: number, right: number] => [at + 1, right[at] ?? 0];
const heightOf = (tree: Tree, at: number): number =>
  isLeaf(tree, at) ? 0 : 1 + Math.max(...childrenOf(tree, at).map((child) => heightOf(tree, child)));
/** Behind the last node of a subtree, which stands in one piece. */
const endOf = (tree: Tree, at: number): number => (isLeaf(tree, at) ? at + 1 : endOf(tree, childrenOf(tree, at)[1]));

function leavesOf(
  tree: Tree,
  players: readonly number[],
  at: number,
  { turns, path }: Pick<Leaf, 'turns' | 'path'>,
): readonly (Leaf & { readonly at: number })[] {
  if (isLeaf(tree, at)) return [{ at, value: tree.value[at] ?? 0, turns, path }];
  const player = players[tree.feature[at] ?? 0] ?? 0;
  const known = path.findIndex((one) => one.player === player);
  const slot = known < 0 ? path.length : known;
  return childrenOf(tree, at).flatMap((child, side) => {
    const share = ((path[slot]?.share ?? 1) * (tree.cover[child] ?? 0)) / (tree.cover[at] ?? 1);
    return leavesOf(tree, players, child, {
      turns: [...turns, { node: at, side, slot }],
      path: [...path.slice(0, slot), { player, share }, ...path.slice(slot + 1)],
    });
  });
}

/** All bunches in flat arrays, one behind the other. */
interface Table {
  /** Of each bunch. */
  readonly questionCount: Uint8Array;
  readonly playerCount: Uint8Array;
  /** Of each question. */
  readonly feature: Int16Array;
  readonly threshold: Float64Array;
  /** Of each player of each bunch. */
  readonly player: Int16Array;
  /** By bunch, by pattern of answers, what each of its players moves. */
  readonly moved: Float64Array;
}

const tableOf = (bunches: readonly Bunch[]): Table => ({
  questionCount: Uint8Array.from(bunches, ({ questions }) => questions.length),
  playerCount: Uint8Array.from(bunches, ({ players }) => players.length),
  feature: Int16Array.from(bunches.flatMap(({ tree, questions }) => questions.map((node) => tree.feature[node] ?? 0))),
  threshold: Float64Array.from(
    bunches.flatMap(({ tree, questions }) => questions.map((node) => tree.threshold[node] ?? 0)),
  ),
  player: Int16Array.from(bunches.flatMap(({ players }) => players)),
  moved: Float64Array.from(bunches.flatMap(movedIn)),
});

function movedIn(bunch: Bunch): readonly number[] {
  const { questions, players, leaves } = bunch;
  const outcomes = leaves.map(outcomesOf);
  return Array.from({ length: 2 ** questions.length }, (_, pattern) => {
    const moved = new Array<number>(players.length).fill(0);
    for (const [nth, leaf] of leaves.entries()) {
      const outcome = outcomes[nth]?.[blockersOf(leaf, bunch, pattern)] ?? [];
      for (const [slot, { player }] of leaf.path.entries()) {
        const at = players.indexOf(player);
        moved[at] = (moved[at] ?? 0) + (outcome[slot] ?? 0);
      }
    }
    return moved;
  }).flat();
}

/** Players who keep a message with these answers from the leaf, as bits in the order of its path. */
function blockersOf({ turns }: Leaf, { questions }: Bunch, pattern: number): number {
  const answerOf = (node: number): number => (pattern >> (questions.length - 1 - questions.indexOf(node))) & 1;
  return turns.reduce((blockers, { node, side, slot }) => blockers | ((answerOf(node) ^ side) << slot), 0);
}

/** For each set of players that block the leaf, what each player moves. */
const outcomesOf = ({ path, value }: Leaf): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** path.length }, (_, blocked) =>
    path.map((_one, slot) => value * shapley(path, blocked, slot)),
  );

const lets = (blocked: number, slot: number): number => 1 - ((blocked >> slot) & 1);

/**
 * A coalition is worth the product of what its members let through and of the others' shares. Summed over all coalitions of one size those
 * products are a coefficient of Π (share + let · t), so that no coalition is counted one by one.
 */
function shapley(path: readonly PathPlayer[], blocked: number, of: number): number {
  const bySize = new Array<number>(path.length).fill(0);
  bySize[0] = 1;
  let seen = 0;
  for (let slot = 0; slot < path.length; slot++) {
    if (slot === of) continue;
    seen++;
    for (let size = seen; size >= 0; size--) {
      const without = (bySize[size] ?? 0) * (path[slot]?.share ?? 0);
      bySize[size] = without + (size > 0 ? (bySize[size - 1] ?? 0) * lets(blocked, slot) : 0);
    }
  }
  const mean = bySize.reduce((sum, worth, size) => sum + orderShare(size, path.length) * worth, 0);
  return mean * (lets(blocked, of) - (path[of]?.share ?? 0));
}

/** Of all orders in which `count` players may come, those in which one comes right behind a given set of `before`. */
const orderShare = (before: number, count: number): number =>
  ((FACTORIALS[before] ?? 0) * (FACTORIALS[count - before - 1] ?? 0)) / (FACTORIALS[count] ?? 1);
const FACTORIALS = [1, 1, 2, 6, 24, 120, 720, 5040]; // a path has at most as many players as the tree is deep

function lookUp(table: Table, values: ArrayLike<number>, credits: Float64Array): void {
  const { questionCount, playerCount, feature, threshold, player, moved } = table;
  let question = 0;
  let from = 0;
  let rows = 0;
  for (let bunch = 0; bunch < questionCount.length; bunch++) {
    const questions = questionCount[bunch] as number;
    const players = playerCount[bunch] as number;
    let pattern = 0;
    for (const last = question + questions; question < last; question++) {
      const isLeft = (values[feature[question] as number] as number) <= (threshold[question] as number);
      pattern = (pattern << 1) | (isLeft ? 0 : 1);
    }
    const row = rows + pattern * players;
    for (let i = 0; i < players; i++) {
      const who = player[from + i] as number;
      credits[who] = (credits[who] as number) + (moved[row + i] as number);
    }
    from += players;
    rows += players << questions;
  }
}

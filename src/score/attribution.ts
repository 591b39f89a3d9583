/**
 * What each player has moved in a forest (features, or groups of them): exact Shapley values, with the tree's own covers for what is expected of the unknown ("path-dependent
 * TreeSHAP", Lundberg+ 2018). A leaf adds its value as far as the players on its path let it: all or nothing when they are known, the share
 * of the mail that went that way when not. So each leaf is a game of few players, and its outcomes are worked out once for a forest.
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

/** Nodes of all trees, each tree in preorder. */
interface Node {
  readonly parent: number;
  /** 0: left of its parent. */
  readonly side: number;
  /** Place on the path, as a bit, of the player whose question led here. */
  readonly bit: number;
  readonly feature: number;
  readonly threshold: number;
  readonly value: number;
  /** In the order of their first questions. */
  readonly path: readonly PathPlayer[];
}

/** `players`: by feature, who is credited; what several features of one player say counts as one answer. */
export function attributionOf({ trees }: Forest, players: readonly number[]): Attribution {
  const nodes: Node[] = [];
  for (const tree of trees) addNodes(nodes, tree, players, 0, { parent: -1, side: 0, bit: 0, path: [] });
  const leaves = nodes.filter(({ feature }) => feature < 0);
  const games = gamesOf(nodes);
  return {
    base: leaves.reduce((sum, { value, path }) => sum + path.reduce((product, { share }) => product * share, value), 0),
    attribute: (values, credits) => play(games, values, credits),
  };
}

function addNodes(
  nodes: Node[],
  tree: Tree,
  players: readonly number[],
  at: number,
  place: Pick<Node, 'parent' | 'side' | 'bit' | 'path'>,
): void {
  const feature = tree.feature[at] ?? -1;
  const here = nodes.length;
  nodes.push({ ...place, feature, threshold: tree.threshold[at] ?? 0, value: tree.value[at] ?? 0 });
  if (feature < 0) return;
  const player = players[feature] ?? 0;
  const known = place.path.findIndex((one) => one.player === player);
  const slot = known < 0 ? place.path.length : known;
  [at + 1, tree.right[at] ?? 0].forEach((child, side) => {
    const share = ((place.path[slot]?.share ?? 1) * (tree.cover[child] ?? 0)) / (tree.cover[at] ?? 1);
    const path = [...place.path.slice(0, slot), { player, share }, ...place.path.slice(slot + 1)];
    addNodes(nodes, tree, players, child, { parent: here, side, bit: 1 << slot, path });
  });
}

/** Nodes in flat arrays, and for each leaf what its players move. */
interface Games {
  readonly parent: Int32Array;
  readonly side: Uint8Array;
  readonly bit: Uint8Array;
  readonly feature: Int16Array;
  readonly threshold: Float64Array;
  /** Of a leaf: how many players, where the first stands in `player`, where the first outcome stands in `moved`. */
  readonly count: Uint8Array;
  readonly first: Int32Array;
  readonly row: Int32Array;
  readonly player: Int16Array;
  /** By leaf, by which of its players block it (as bits), what each of them moves. */
  readonly moved: Float64Array;
  /** Of the message at hand: which players block a node, and whether its question is answered with right. */
  readonly blocked: Uint8Array;
  readonly right: Uint8Array;
}

function gamesOf(nodes: readonly Node[]): Games {
  const paths = nodes.map(({ feature, path }) => (feature < 0 ? path : []));
  const starts = (sizeOf: (path: readonly PathPlayer[]) => number): Int32Array => {
    let next = 0;
    return Int32Array.from(paths, (path) => {
      next += sizeOf(path);
      return next - sizeOf(path);
    });
  };
  return {
    parent: Int32Array.from(nodes, ({ parent }) => parent),
    side: Uint8Array.from(nodes, ({ side }) => side),
    bit: Uint8Array.from(nodes, ({ bit }) => bit),
    feature: Int16Array.from(nodes, ({ feature }) => feature),
    threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
    count: Uint8Array.from(paths, (path) => path.length),
    first: starts((path) => path.length),
    row: starts((path) => path.length * 2 ** path.length),
    player: Int16Array.from(paths.flatMap((path) => path.map(({ player }) => player))),
    moved: Float64Array.from(nodes.flatMap(({ feature, value, path }) => (feature < 0 ? outcomesOf(path, value) : []))),
    blocked: new Uint8Array(nodes.length),
    right: new Uint8Array(nodes.length),
  };
}

/** For each set of players that block the leaf, what each player moves. */
const outcomesOf = (path: readonly PathPlayer[], value: number): readonly number[] =>
  path.length === 0
    ? []
    : Array.from({ length: 2 ** path.length }, (_, blocked) =>
        path.map((_one, slot) => value * shapley(path, blocked, slot)),
      ).flat();

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

function play(games: Games, values: ArrayLike<number>, credits: Float64Array): void {
  const { parent, side, bit, feature, threshold, count, first, row, player, moved, blocked, right } = games;
  for (let node = 0; node < feature.length; node++) {
    const above = parent[node] as number;
    const turned = above < 0 ? 0 : ((right[above] as number) ^ (side[node] as number)) * (bit[node] as number);
    const blocks = above < 0 ? 0 : (blocked[above] as number) | turned;
    const asked = feature[node] as number;
    if (asked >= 0) {
      blocked[node] = blocks;
      right[node] = (values[asked] as number) <= (threshold[node] as number) ? 0 : 1;
      continue;
    }
    const players = count[node] as number;
    const from = first[node] as number;
    const outcome = (row[node] as number) + blocks * players;
    for (let i = 0; i < players; i++) {
      const who = player[from + i] as number;
      credits[who] = (credits[who] as number) + (moved[outcome + i] as number);
    }
  }
}

/** The application's commands as this person may use them in this channel. */

import { api } from "../app/api.js";

export const COMMAND = { slash: 1, user: 2, message: 3 };
const SUBCOMMAND = 1;
const GROUP = 2;

/** The leaves of a command tree: "my-data erase" is one of its own. */
function leaves(command, path = command.name) {
  const options = command.options ?? [];
  if (!options.some((option) => option.type === SUBCOMMAND || option.type === GROUP))
    return [{ path, description: command.description, options }];
  return options.flatMap((option) => leaves(option, `${path} ${option.name}`));
}

export async function commandsFor(session, type) {
  const { commands } = await api.get("commands", { as: session.person, channel: session.current });
  return commands.filter((command) => (command.type ?? COMMAND.slash) === type);
}

/** All slash commands, one entry for each subcommand, in the order of the alphabet. */
export async function slashCommands(session) {
  const commands = await commandsFor(session, COMMAND.slash);
  return commands.flatMap((command) => leaves(command)).sort((one, other) => one.path.localeCompare(other.path));
}

/** Those that fit what was typed after the slash: beginnings first, then anything that contains it. */
export function matching(commands, typed) {
  const words = typed.trim().toLowerCase();
  const starts = commands.filter((command) => command.path.toLowerCase().startsWith(words));
  const contains = commands.filter(
    (command) => !starts.includes(command) && `${command.path} ${command.description}`.toLowerCase().includes(words),
  );
  return [...starts, ...contains];
}

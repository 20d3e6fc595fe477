/** What people, roles and channels a select or an option offers. */

import { isCategory } from "../app/names.js";
import { TYPE } from "../render/components.js";

function people(session) {
  return session.peopleHere().map((member) => ({
    value: member.user.id,
    label: session.nameOf(member.user),
    description: member.user.bot ? "App" : member.user.username,
  }));
}

function roles(session) {
  const guild = session.guild;
  return (guild?.roles ?? [])
    .filter((role) => role.id !== guild.id)
    .sort((one, other) => (other.position ?? 0) - (one.position ?? 0))
    .map((role) => ({ value: role.id, label: `@${role.name}`, description: "Role" }));
}

function channels(session, types) {
  const guild = session.guild;
  const all = guild ? [...guild.channels, ...guild.threads] : [];
  return all
    .filter((channel) => (types?.length ? types.includes(channel.type) : !isCategory(channel)))
    .map((channel) => ({ value: channel.id, label: `#${channel.name}` }));
}

/** The options of any select component. */
export function selectOptions(component, session) {
  switch (component.type) {
    case TYPE.select:
      return component.options ?? [];
    case TYPE.users:
      return people(session);
    case TYPE.roles:
      return roles(session);
    case TYPE.channels:
      return channels(session, component.channel_types);
    default:
      return [...people(session), ...roles(session)];
  }
}

/** The options of a command's user, channel, role or mentionable option. */
export function optionChoices(option, session) {
  const types = { 6: TYPE.users, 7: TYPE.channels, 8: TYPE.roles, 9: TYPE.mentionables };
  return selectOptions({ type: types[option.type], channel_types: option.channel_types }, session);
}

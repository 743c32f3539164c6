/** `weir completion`: what a shell needs to complete verbs, their flags, and the names of rules and files. */

import { WeirError } from '../core/errors.ts';
import { GLOBAL_FLAGS, readArguments } from './arguments.ts';
import { type Outputs, standard } from './dispatch.ts';
import type { Verb, VerbEntry } from './verb.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** @param verbs what is completed */
export const completionVerb = (verbs: () => readonly VerbEntry[]): Verb => ({
  usage: [
    'weir completion bash|zsh|fish',
    '',
    'Prints a script for the shell: verbs, their flags, and files for what is a file.',
    '',
    '  weir completion bash > ~/.local/share/bash-completion/completions/weir',
    '  weir completion zsh > ~/.zfunc/_weir',
    '  weir completion fish > ~/.config/fish/completions/weir.fish',
  ].join('\n'),
  run: (args) => runCompletion(args, verbs()),
});

interface Known {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
}

/** @returns the exit code */
export async function runCompletion(
  args: readonly string[],
  verbs: readonly VerbEntry[],
  { out }: Outputs = standard,
): Promise<number> {
  const { words } = readArguments(args, {}, { least: 1, most: 1, what: 'the shell (bash, zsh, fish)' });
  const shell = SHELLS.find((one) => one === words[0]);
  if (shell === undefined)
    throw new WeirError('wrong_usage', `"${words[0]}" is no shell that is known here: ${SHELLS.join(', ')}`);
  const known = await Promise.all(
    verbs.map(async (entry): Promise<Known> => {
      const { usage } = await entry.load();
      const named = [...usage.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, flag]) => flag as string);
      const flags = [...new Set([...named, ...Object.keys(GLOBAL_FLAGS), 'help'])].sort();
      return { name: entry.name, summary: entry.summary, flags };
    }),
  );
  out(shell === 'bash' ? bash(known) : shell === 'zsh' ? zsh(known) : fish(known));
  return 0;
}

function bash(verbs: readonly Known[]): string {
  const cases = verbs.map(
    ({ name, flags }) => `    ${name}) words="${flags.map((flag) => `--${flag}`).join(' ')}" ;;`,
  );
  return `# weir completion bash
_weir() {
  local word=\${COMP_WORDS[COMP_CWORD]} verb=\${COMP_WORDS[1]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')} help" -- "$word"))
    return
  fi
  case $verb in
${cases.join('\n')}
    help) words="${verbs.map(({ name }) => name).join(' ')}" ;;
  esac
  if [[ $word == -* || $verb == help ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _weir weir
`;
}

function zsh(verbs: readonly Known[]): string {
  const quoted = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
  const described = verbs.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = verbs.map(
    ({ name, flags }) => `    ${name}) flags=(${flags.map((flag) => `--${flag}`).join(' ')}) ;;`,
  );
  return `#compdef weir
# weir completion zsh
_weir() {
  local -a verbs flags
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    compadd -- $flags
  else
    _files
  fi
}
_weir "$@"
`;
}

function fish(verbs: readonly Known[]): string {
  const quoted = (text: string) => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const lines = verbs.flatMap(({ name, summary, flags }) => [
    `complete -c weir -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
    ...flags.map((flag) => `complete -c weir -n '__fish_seen_subcommand_from ${name}' -l ${flag}`),
  ]);
  return `# weir completion fish\n${lines.join('\n')}\n`;
}

/** The words about edited rules and what they would have decided. */

import { many } from './many.ts';

export const EDIT_TEXTS = {
  last_edits: ['Edits', 'Cambios'],
  no_edits: [
    'The rules have not changed since the history begins',
    'Las reglas no han cambiado desde que empieza la historia',
  ],
  into_force: ['In force since', 'En vigor desde'],
  not_in_force: ['not in force', 'no está en vigor'],
  files_here: ['The rule files here', 'Los archivos de reglas de aquí'],
  files_differ: [
    'The rule files of this weir are not those in force: check them with weir check, apply them with weir apply.',
    'Los archivos de reglas de este weir no son los que están en vigor: revísalos con weir check, aplícalos con weir apply.',
  ],
  files_refused: [
    'The rule files were refused: the last good set decides',
    'Se rechazaron los archivos de reglas: decide el último conjunto válido',
  ],
  edit: ['Edit', 'Cambio'],
  edited_files: ['Edited', 'Editado'],
  sets_unknown: ['The texts of these rule sets are not kept', 'No se guardan los textos de estos conjuntos'],
  same_texts: ['No line differs', 'Ninguna línea difiere'],
  would_have: ['What it would have decided', 'Qué habría decidido'],
  would_have_ask: ['Try it on the history', 'Probar con la historia'],
  would_have_about: [
    'Every kept event is read once, through both rule sets, beside the live stream; nothing comes into force.',
    'Cada evento guardado se lee una vez con ambos conjuntos, junto al flujo en vivo; nada entra en vigor.',
  ],
  would_have_role: ['An editor or admin may ask for it', 'Puede pedirlo un editor o un admin'],
  comparing: ['Reading the history', 'Leyendo la historia'],
  look_again: ['Look again', 'Mirar otra vez'],
  compared: [
    (events: string, from: string, to: string, seconds: string) =>
      `${events} events, ${from} – ${to}, in ${seconds} s`,
    (events: string, from: string, to: string, seconds: string) =>
      `${events} eventos, ${from} – ${to}, en ${seconds} s`,
  ],
  not_warm: [
    (features: string, until: string) => `${features}: windows reach behind the history until ${until}`,
    (features: string, until: string) =>
      `${features}: ventanas que empiezan antes que la historia, hasta ${until}`,
  ],
  features_counted: [many('feature', 'features'), many('dato', 'datos')],
  decides_same: ['It would have decided the same', 'Habría decidido lo mismo'],
  no_rule_differs: ['No rule would have decided otherwise', 'Ninguna regla habría decidido otra cosa'],
  others_differ: [
    many('other rule decides otherwise', 'other rules decide otherwise'),
    many('otra regla decide otra cosa', 'otras reglas deciden otra cosa'),
  ],
  came: ['added', 'añadidas'],
  went: ['removed', 'quitadas'],
  changed_word: ['changed', 'cambiadas'],
  end_otherwise: ['end otherwise', 'acaban distinto'],
  end_up_down: [
    (up: string, down: string) => `${up} higher, ${down} lower`,
    (up: string, down: string) => `${up} más alto, ${down} más bajo`,
  ],
  would_move: ['would move', 'movería'],
  in_actions: [
    (old: string, next: string) => `in ${old} → ${next} actions`,
    (old: string, next: string) => `en ${old} → ${next} acciones`,
  ],
  largest_differences: ['Largest differences at the end', 'Mayores diferencias al final'],
  differing_decisions: ['Decisions that differ', 'Decisiones que difieren'],
  old_rules: ['Old rules', 'Reglas anteriores'],
  new_rules: ['New rules', 'Reglas nuevas'],
  as_a_test: ['As a test', 'Como prueba'],
  as_a_test_about: ['To be copied below `tests:` of the rule:', 'Para copiar bajo `tests:` de la regla:'],
  decided_nothing: ['nothing', 'nada'],
  problem_backtest_under_way: [
    'Something else is compared just now: ask again when it is done',
    'Ahora se compara otra cosa: vuelve a pedirlo cuando termine',
  ],
} as const;

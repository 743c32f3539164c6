/** Edits of rules: which files and lines, when they came into force, and what they would have decided before. */

import { html } from 'hono/html';
import type { RulePlan } from '../../../rules/rule-plan.ts';
import {
  fileEdits,
  filesHere,
  type RuleEdit,
  relativePath,
  ruleEdits,
  ruleSetFiles,
} from '../../rule-edits.ts';
import { backtestOf, changePath } from '../backtest-part.ts';
import { editedLines } from '../edited-lines.ts';
import { ago, empty, type Html, mark, panel, table } from '../html-parts.ts';
import { fromHistory, notFound, type Page } from '../page.ts';
import type { Visit } from '../visit.ts';

const LISTED = 10;

/** Below the list of rules. */
export async function editsPanel(visit: Visit): Promise<Html> {
  const { texts } = visit;
  const body = await fromHistory(visit, async () => {
    const edits = await ruleEdits(visit.options, LISTED);
    if (edits.length === 0) return empty(texts.no_edits);
    return table(
      texts.last_edits,
      [{ head: texts.into_force }, { head: texts.edited_files }, { head: texts.rule_set, extra: true }],
      edits.map((edit) => [
        html`<a href="${changePath(edit)}">${whenText(visit, edit)}</a>`,
        edit.files.map(({ path }) => path).join(', ') || texts.sets_unknown,
        html`<code>${edit.old} → ${edit.at === undefined ? texts.files_here : edit.new}</code>`,
      ]),
    );
  });
  return panel({ id: 'edits', title: texts.last_edits, body, wide: true });
}

/** Says so where the files here are not those in force. */
export function refusedNote({ texts, options }: Visit): Html {
  const { refused } = options.rulesHere?.() ?? {};
  if (refused !== undefined)
    return html`<section class="needs" id="refused"><h2>${mark('bad', texts.files_refused)}</h2><pre tabindex="0"><code>${refused}</code></pre></section>`;
  const here = filesHere(options);
  if (here === undefined) return '';
  return html`<section class="needs" id="differ"><p>${mark('warn', texts.files_differ)} <a href="${changePath({ old: options.plan().hash, new: here.name })}">${here.edits.map(({ path }) => path).join(', ')}</a></p></section>`;
}

/** The last edit of this rule's file and, above it, one that is not in force. */
export async function ruleEditPanels(visit: Visit, { name, at }: RulePlan): Promise<Html> {
  const { texts, options } = visit;
  const files = options.ruleFiles?.() ?? [];
  const path = relativePath(files, at.replace(/:\d+$/, ''));
  const shown = await fromHistory(visit, async () => {
    const edits = (await ruleEdits(options))
      .map((edit) => ({ ...edit, files: edit.files.filter((file) => file.path === path) }))
      .filter((edit) => edit.files.length > 0);
    const last = edits.find((edit) => edit.at !== undefined);
    const panels = edits
      .filter((edit) => edit.at === undefined || edit === last)
      .map(async (edit) =>
        panel({
          id: edit.at === undefined ? 'edit-here' : 'edit',
          title: texts.edit,
          aside: html`<a href="${changePath(edit)}">${whenText(visit, edit)}</a>`,
          wide: true,
          body: [editedLines(visit, edit.files), await backtestOf(visit, edit, name)],
        }),
      );
    return html`${await Promise.all(panels)}`;
  });
  return options.history ? shown : '';
}

/** `OLD/NEW`: any two sets that are known, or the files here. */
export async function ruleChangePage(visit: Visit, rest: string): Promise<Page> {
  const { texts, options } = visit;
  const [old = '', is = ''] = rest.split('/');
  const here = is.startsWith('files-') ? filesHere(options) : undefined;
  const [before, after] = await Promise.all([
    ruleSetFiles(options, old),
    here?.name === is ? here.files : ruleSetFiles(options, is),
  ]);
  if (!before || !after) return notFound(visit);
  const change = (await options.history?.ruleSetChanges(LISTED))?.find(
    ({ hash, previous }) => hash === is && previous === old,
  );
  const edit: RuleEdit = { old, new: is, at: change?.at, files: fileEdits(before, after) };
  return {
    title: texts.edit,
    about: html`<code>${old} → ${here ? texts.files_here : is}</code> · ${whenText(visit, edit)}`,
    body: [
      panel({ id: 'lines', title: texts.edited_files, wide: true, body: editedLines(visit, edit.files) }),
      panel({
        id: 'backtest',
        title: texts.last_edits,
        wide: true,
        body: await backtestOf(visit, edit),
      }),
    ],
  };
}

function whenText(visit: Visit, { at }: RuleEdit): Html {
  return at === undefined ? mark('warn', visit.texts.not_in_force) : ago(visit, at);
}

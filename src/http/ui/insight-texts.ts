/** The words of the pages about insights and budgets over time. */

export const INSIGHT_TEXTS = {
  insights: ['Insights', 'Recomendaciones'],
  insights_about: [
    'What actions were said to bring, how sure that was, and what came of it.',
    'Lo que se dijo que traerían las acciones, con qué seguridad, y qué salió.',
  ],
  no_insights: ['Nothing has been stated yet', 'Todavía no se ha afirmado nada'],
  impact: ['Impact', 'Impacto'],
  confidence: ['Confidence', 'Confianza'],
  not_known_yet: ['not known yet', 'todavía no se sabe'],
  eight_of_ten: ['8 of 10', '8 de 10'],
  came_of_it: ['What came of it', 'Qué salió'],
  still_open: ['not yet', 'todavía no'],
  by_model: ['estimated by the model', 'estimado por el modelo'],
  by_counts: ['counted', 'contado'],
  by_no_data: ['nothing can be said', 'no se puede decir nada'],
  by_rule_gone: ['the rule is gone', 'la regla ya no está'],
  not_carried_out: ['not carried out', 'no se llevó a cabo'],
  reliability: ['How far they can be relied upon', 'Hasta qué punto son fiables'],
  reliability_of: [
    (held: number, all: number, share: string) =>
      `${held} of ${all} with an interval came out inside of it (${share}); 80 % is what it stands for.`,
    (held: number, all: number, share: string) =>
      `${held} de ${all} con intervalo salieron dentro de él (${share}); representa el 80 %.`,
  ],
  corrected_from: [
    (known: number, from: number) =>
      known >= from
        ? `Confidences are corrected by these ${known} outcomes.`
        : `Confidences are corrected from ${from} outcomes on; ${known} are known.`,
    (known: number, from: number) =>
      known >= from
        ? `Las confianzas se corrigen con estos ${known} resultados.`
        : `Las confianzas se corrigen a partir de ${from} resultados; se conocen ${known}.`,
  ],
  stated_confidence: ['Stated confidence', 'Confianza afirmada'],
  stated: ['Stated', 'Afirmadas'],
  outcome_known: ['Known what came', 'Resultado conocido'],
  came_above: ['Came out above 0', 'Salió por encima de 0'],
  came_within: ['Inside the interval', 'Dentro del intervalo'],
  all_insights: ['All insights', 'Todas las recomendaciones'],
  budgets_over_time: ['Budgets over time', 'Presupuestos en el tiempo'],
  no_budget_changes: ['No budget has changed yet', 'Todavía no ha cambiado ningún presupuesto'],
  agreed: ['agreed', 'acordado'],
  as_it_stands: ['as it stands', 'como está'],
  budgets_shown: [
    (shown: number, all: number) => `The ${shown} largest of ${all} channels are drawn.`,
    (shown: number, all: number) => `Se dibujan los ${shown} mayores de ${all} canales.`,
  ],
} as const;

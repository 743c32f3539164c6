/** Components of a date: years, months, weeks of years and of months, by ISO 8601 and XPath. */

export const DAY_NAMES = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const MONTH_NAMES = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];

const DAY = 86_400_000;
const WEEK = 7 * DAY;

interface Month {
  readonly year: number;
  readonly month: number;
}

/** A number, or a text for what is none; undefined: there is no such component. */
export function componentOf(date: Date, component: string): number | string | undefined {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const today = Date.UTC(year, month, date.getUTCDate());
  switch (component) {
    case 'Y':
      return year;
    case 'M':
      return month + 1;
    case 'D':
      return date.getUTCDate();
    case 'd':
      return (today - Date.UTC(year, 0)) / DAY + 1;
    case 'F':
      return date.getUTCDay() === 0 ? 7 : date.getUTCDay();
    case 'W':
      return week(today, { year, month: 0 }, { year: year + 1, month: 0 }, { year: year - 1, month: 0 }, 52);
    case 'w':
      return week(today, { year, month }, later({ year, month }), earlier({ year, month }), 4);
    case 'X':
      return weekYear(date.getTime(), year);
    case 'x':
      return weekMonth(date.getTime(), { year, month });
    case 'H':
      return date.getUTCHours();
    case 'h':
      return date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
    case 'P':
      return date.getUTCHours() >= 12 ? 'pm' : 'am';
    case 'm':
      return date.getUTCMinutes();
    case 's':
      return date.getUTCSeconds();
    case 'f':
      return date.getUTCMilliseconds();
    case 'C':
    case 'E':
      return 'ISO';
    default:
      return undefined;
  }
}

/** The Monday of the week that holds the month's first Thursday. */
function firstWeek({ year, month }: Month): number {
  const first = Date.UTC(year, month);
  const weekday = new Date(first).getUTCDay() || 7;
  return weekday > 4 ? first + (8 - weekday) * DAY : first - (weekday - 1) * DAY;
}

function weeksBetween(start: number, end: number): number {
  return (end - start) / WEEK + 1;
}

/** The week of a year or a month; its ends may belong to the one before or behind. */
function week(today: number, own: Month, next: Month, before: Month, most: number): number {
  const count = weeksBetween(firstWeek(own), today);
  if (count > most && today >= firstWeek(next)) return 1;
  return Math.floor(count < 1 ? weeksBetween(firstWeek(before), today) : count);
}

function weekYear(time: number, year: number): number {
  if (time < firstWeek({ year, month: 0 })) return year - 1;
  return time >= firstWeek({ year: year + 1, month: 0 }) ? year + 1 : year;
}

function weekMonth(time: number, own: Month): number {
  if (time < firstWeek(own)) return earlier(own).month + 1;
  const next = later(own);
  return (time >= firstWeek(next) ? next.month : own.month) + 1;
}

function later({ year, month }: Month): Month {
  return month === 11 ? { year: year + 1, month: 0 } : { year, month: month + 1 };
}

function earlier({ year, month }: Month): Month {
  return month === 0 ? { year: year - 1, month: 11 } : { year, month: month - 1 };
}

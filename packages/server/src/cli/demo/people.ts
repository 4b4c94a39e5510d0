/** Invented people: names from many places, the same ones at every run. */

/** Somebody invented. */
export interface InventedPerson {
  readonly name: string;
  /** Local part of the address, ASCII. */
  readonly mailbox: string;
}

const turkish = [
  "Ayşe Zeynep Elif Fatma İnci Işıl Merve Selin Gülşah Çiğdem Özge Şule Mehmet Mustafa Emre Burak Can Ömer Çağlar İsmail Işık Uğur Şahin Kıvanç",
  "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Altınok Güneş Işık Tekin",
];
const german = [
  "Anna Lea Jürgen Björn Ingrid Heike Sören Matthias Jörg Käthe Ulrike Günther Lukas Greta Sebastian Änne",
  "Müller Bäumler Schröder Groß Weiß Kühn Hohenstein-Lindenberg Jäger Krüger Böhm Vogel Schäfer Lange Voß",
];
const english = [
  "Olivia Amelia Benjamin Josephine Harriet Oscar Imogen Theodore Beatrice Rupert Marcus Nadia Grace Isaac Chidi Amara",
  "Clarke Bennett Okonkwo-Baines Whitfield Hughes Osei Adeyemi Fraser Mackenzie O'Connor Sinclair Holloway Marsh Reid",
];
const arabic = [
  "Yasmin Omar Nur Layla Abdurrahman Samira Khalid Huda Tariq Amina Yusuf Salma Rania Hassan",
  "Al-Khatib Haddad al-Mansuri Nasser Rahman Farouk Darwish Mansour Saleh Aziz Khoury Qasim",
];
const chinese = [
  [
    "Li Wei 李伟",
    "Wang Jin 王锦",
    "Lin Xiaomin 林晓敏",
    "Zhang Min 张敏",
    "Chen Wei 陈薇",
    "Liu Yang 刘洋",
    "Zhao Lei 赵磊",
    "Huang Xin 黄昕",
  ],
  [
    "Xu Fang 徐芳",
    "Sun Hao 孙浩",
    "Ma Lin 马琳",
    "Zhu Ting 朱婷",
    "Hu Jie 胡杰",
    "Guo Rui 郭睿",
    "He Yun 何芸",
    "Gao Peng 高鹏",
  ],
].flat();
const latin = [
  "Lucía José Inês João Chloé Zoë Renée François Matěj Zuzana Łukasz Małgorzata Søren Åse Niccolò Giulia",
  "García Muñoz Conceição Lefèvre Dvořák Novák Wójcik Kowalska Østergaard Ångström D'Angelo Rossi Peña Beaumont",
];

const regions = [turkish, german, english, arabic, latin].map(([first = "", last = ""]) => ({
  first: first.split(" "),
  last: last.split(" "),
}));

/** Random numbers from 0 to 1 that are the same at every run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of a list. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error("The list is empty.");
  return one;
}

/** Invents somebody. Their address is their name, and a number where there are several. */
export function inventPerson(
  random: () => number,
  taken: Map<string, number>,
  fold: (text: string) => string,
): InventedPerson {
  const name = inventName(random);
  const mailbox = fold(name)
    .replaceAll(/[^a-z0-9\s-]/g, "")
    .trim()
    .replaceAll(/\s+/g, ".");
  const count = (taken.get(mailbox) ?? 0) + 1;
  taken.set(mailbox, count);
  return { name, mailbox: count === 1 ? mailbox : `${mailbox}${count}` };
}

function inventName(random: () => number): string {
  if (random() < 0.05) return pick(random, chinese);
  const region = random() < 0.45 ? (regions[0] ?? pick(random, regions)) : pick(random, regions);
  const second = random() < 0.12 ? ` ${pick(random, region.first)}` : "";
  return `${pick(random, region.first)}${second} ${pick(random, region.last)}`;
}

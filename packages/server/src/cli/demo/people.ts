/** Generates people with names from many regions, the same ones at every run. */

/** Names of one region. */
interface NameRegion {
  readonly women: readonly string[];
  readonly men: readonly string[];
  readonly last: readonly string[];
  /** Last names of women where they have another form, in the order of `last`. */
  readonly lastOfWomen?: readonly string[];
  /** The share of people with a second first name. */
  readonly secondNames: number;
  /** The share of people with two last names, and the separator; a hyphen by default. */
  readonly doubleLastNames: number;
  readonly joint?: string;
  /** The family name comes first, and names have Latin and Chinese characters: `Wang/王`. */
  readonly isFamilyFirst?: boolean;
}

const list = (names: string): readonly string[] => names.trim().split(/\s+/);

/** Names from Türkiye: the demo's company is there. */
const turkish: NameRegion = {
  women: list(`
    Ayşe Zeynep Elif Fatma İnci Işıl Merve Selin Gülşah Çiğdem Özge Şule Ebru Derya Deniz Esra Büşra Kübra Ceren Gizem
    Pınar Sibel Nilüfer Tuğba Yağmur Hande Defne Ece Melis İpek Begüm Aslı Burcu Gamze Şebnem Ümran Nazlı Dilara Feride`),
  men: list(`
    Mehmet Mustafa Emre Burak Can Ömer Çağlar İsmail Işık Uğur Şahin Kıvanç Ahmet Ali Hüseyin Hasan İbrahim Murat Serkan
    Tolga Volkan Onur Kerem Barış Cem Tunç Yiğit Arda Kaan Oğuz Görkem Ümit Şükrü Rıza Sinan Levent Ozan Eren Alper`),
  last: list(`
    Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan
    Şimşek Altınok Güneş Işık Tekin Polat Korkmaz Çakır Erdoğan Acar Güler Bulut Keskin Ateş Turan Avcı Sarı Taş Tunç
    Bozkurt Aksoy Erdem Gündüz Karaca Yalçın Ünal Özer Bayram Uçar Eroğlu Kaplan Sezer Toprak Uysal Ercan Akın Duman
    Gökçe İnan Karataş Soylu Tanrıverdi Ilgaz Şentürk Çağlayan Büyükkaya`),
  secondNames: 0.28,
  doubleLastNames: 0.06,
  joint: " ",
};

const german: NameRegion = {
  women: list(`
    Anna Lea Ingrid Heike Käthe Ulrike Greta Änne Katharina Johanna Friederike Sabine Birgit Jana Lotte Mareike Petra
    Renate Silke Theresa`),
  men: list(`
    Jürgen Björn Sören Matthias Jörg Günther Lukas Sebastian Martin Tobias Felix Götz Henrik Konrad Moritz Ralf Stefan
    Thilo Uwe Volker`),
  last: list(`
    Müller Bäumler Schröder Groß Weiß Kühn Hohenstein Lindenberg Jäger Krüger Böhm Vogel Schäfer Lange Voß Gößwein Huber
    Köhler Maurer Neumann Pfeiffer Roth Seidel Thoma Ullrich Wagner Zimmermann Brandt Dietrich Engel Fuchs Graf Hahn
    Keller Lorenz Möller Nagel Ott Sauer Winkler`),
  secondNames: 0.12,
  doubleLastNames: 0.12,
};

const english: NameRegion = {
  women: list(`
    Olivia Amelia Josephine Harriet Imogen Beatrice Nadia Grace Amara Charlotte Eleanor Florence Georgia Hannah Isla
    Matilda Niamh Phoebe Rosalind Zadie`),
  men: list(`
    Benjamin Oscar Theodore Rupert Marcus Isaac Chidi Arthur Callum Declan Edmund Finlay George Hugo Jasper Kwame Lewis
    Nathaniel Owen Samuel`),
  last: list(`
    Clarke Bennett Okonkwo Whitfield Hughes Osei Adeyemi Fraser Mackenzie O'Connor Sinclair Holloway Marsh Reid Baines
    Abbott Barrow Carver Dunmore Ellison Fairfax Gallagher Hartley Ingram Jarvis Kendrick Lockwood Mbeki Norwood Ogden
    Pemberton Quinn Ramsay Sutherland Thackeray Underwood Vaughan Wetherby Yates Zuberi`),
  secondNames: 0.15,
  doubleLastNames: 0.12,
};

const arabic: NameRegion = {
  women: list(`
    Yasmin Layla Samira Huda Amina Salma Rania Nour Zahra Dalia Farah Hala Iman Jamila Leen Maha Noura Rasha`),
  men: list(`
    Omar Abdurrahman Khalid Tariq Yusuf Hassan Karim Bilal Faisal Idris Jamal Malik Nabil Rashid Salim Walid Zaid Anwar`),
  last: list(`
    Al-Khatib Haddad al-Mansuri Nasser Rahman Farouk Darwish Mansour Saleh Aziz Khoury Qasim Abboud Barakat Daher
    El-Amin Fakhoury Ghanem Hamdan Issa Jaber Kanaan Lahoud Masri Najjar Odeh Rifai Sabbagh Tamimi Zayed`),
  secondNames: 0.15,
  doubleLastNames: 0.05,
};

const spanish: NameRegion = {
  women: list(`
    Lucía Inês Beatriz Carmen Dolores Elena Fátima Graça Isabel Joana Leonor Marisol Núria Paloma Raquel Sofía Teresa
    Conceição`),
  men: list(`
    José João Álvaro Andrés Bruno Diego Estêvão Fermín Gonçalo Hernán Iñaki Joaquín Luís Martín Óscar Rubén Tomás Vicente`),
  last: list(`
    García Muñoz Peña Álvarez Benítez Cortés Domínguez Esteves Fernández Guimarães Hernández Ibáñez Jiménez Lourenço
    Magalhães Núñez Ordóñez Pacheco Quiroga Ramírez Simões Tavares Urrutia Vázquez Zúñiga`),
  secondNames: 0.2,
  doubleLastNames: 0.45,
  joint: " ",
};

const french: NameRegion = {
  women: list(`
    Chloé Zoë Renée Adèle Béatrice Céline Élodie Françoise Hélène Inès Joséphine Léonie Maëlle Noémie Océane Solène`),
  men: list(`
    François André Benoît Clément Étienne Gaëtan Hervé Jérôme Loïc Mathéo Noël Olivier Rémi Stéphane Théo Yves`),
  last: list(`
    Lefèvre Beaumont Chevalier Dubois Étienne Fournier Girard Hénault Jacquet Lemaître Moreau Noël Perrault Renaud
    Séguin Thibault Vasseur Bérenger Côté Delacroix`),
  secondNames: 0.22,
  doubleLastNames: 0.12,
};

const czech: NameRegion = {
  women: list(`
    Zuzana Barbora Eliška Ludmila Milena Natálie Růžena Šárka Tereza Věra Jitka Kateřina Lenka Pavlína`),
  men: list(`
    Matěj Čeněk Dušan Jiří Marek Ondřej Tadeáš Václav Bohumil Vojtěch Lukáš Radim Štěpán Zdeněk`),
  last: list(`
    Dvořák Novák Černý Doležal Fiala Horák Pospíšil Růžička Sedláček Veselý Beneš Čermák Hájek Kučera Němec Říha Šimek
    Vlček`),
  lastOfWomen: list(`
    Dvořáková Nováková Černá Doležalová Fialová Horáková Pospíšilová Růžičková Sedláčková Veselá Benešová Čermáková
    Hájková Kučerová Němcová Říhová Šimková Vlčková`),
  secondNames: 0.1,
  doubleLastNames: 0,
};

const polish: NameRegion = {
  women: list(`
    Małgorzata Agnieszka Danuta Halina Jadwiga Wanda Bożena Elżbieta Grażyna Iwona Joanna Lucyna Maja Zofia`),
  men: list(`
    Łukasz Bartłomiej Grzegorz Kazimierz Paweł Radosław Stanisław Zbigniew Andrzej Cezary Jarosław Mikołaj Szymon
    Wojciech`),
  last: list(`
    Wójcik Kowalski Górski Jankowski Lewandowski Mazur Nowakowski Szymański Zieliński Adamczyk Błaszczyk Dąbrowski
    Kamiński Pawłowski Sikora Wróbel Zając Żak`),
  lastOfWomen: list(`
    Wójcik Kowalska Górska Jankowska Lewandowska Mazur Nowakowska Szymańska Zielińska Adamczyk Błaszczyk Dąbrowska
    Kamińska Pawłowska Sikora Wróbel Zając Żak`),
  secondNames: 0.15,
  doubleLastNames: 0,
};

const nordic: NameRegion = {
  women: list(
    `Åse Astrid Bodil Elin Freja Gunnhild Hedda Ingeborg Kaisa Liv Märta Oda Ragnhild Signe Tuva Ylva`,
  ),
  men: list(
    `Søren Anders Bjarne Eskil Fredrik Gösta Håkon Ivar Jens Kåre Lars Magnus Nils Øystein Rune Sigurd`,
  ),
  last: list(`
    Østergaard Ångström Bergström Dahl Eriksen Falk Grønning Hägg Iversen Jørgensen Kjær Lindqvist Møller Nyström Öberg
    Pedersen Rasmussen Sjöberg Tveit Vinterberg`),
  secondNames: 0.18,
  doubleLastNames: 0.15,
};

const italian: NameRegion = {
  women: list(`
    Giulia Beatrice Chiara Donatella Eleonora Federica Ginevra Ilaria Letizia Martina Ottavia Silvia Viola Benedetta`),
  men: list(
    `Niccolò Alessandro Cesare Dario Edoardo Fabrizio Giosuè Leonardo Matteo Ottavio Raffaele Tommaso Ugo Vito`,
  ),
  last: list(`
    D'Angelo Rossi Bellini Colombo De-Luca Esposito Ferrero Gentile Lombardi Montanari Nicolosi Orlando Pellegrini
    Ricci Salvatore Tedesco Valentini Zanetti Barbieri Caruso`),
  secondNames: 0.12,
  doubleLastNames: 0.05,
};

const chinese: NameRegion = {
  women: list(`
    Min/敏 Xiaomin/晓敏 Xin/昕 Fang/芳 Lin/琳 Ting/婷 Yun/芸 Meiling/美玲 Yuhan/雨涵 Jia/佳 Wen/雯 Xiaoyan/晓燕 Qian/倩
    Siyu/思雨 Lan/兰`),
  men: list(`
    Wei/伟 Jin/锦 Yang/洋 Lei/磊 Hao/浩 Jie/杰 Rui/睿 Peng/鹏 Zihan/子涵 Ming/明 Chao/超 Guang/光 Jianguo/建国 Tao/涛
    Yichen/奕辰`),
  last: list(`
    Wang/王 Li/李 Zhang/张 Chen/陈 Liu/刘 Zhao/赵 Huang/黄 Xu/徐 Sun/孙 Ma/马 Zhu/朱 Hu/胡 Guo/郭 He/何 Gao/高 Lin/林
    Luo/罗 Zheng/郑 Liang/梁 Xie/谢`),
  secondNames: 0,
  doubleLastNames: 0,
  isFamilyFirst: true,
};

/** Names from everywhere else. */
const regions: readonly NameRegion[] = [
  german,
  english,
  arabic,
  spanish,
  french,
  czech,
  polish,
  nordic,
  italian,
  chinese,
];

/** A generated person. */
export interface GeneratedPerson {
  readonly name: string;
  /** Local part of the address, ASCII. */
  readonly mailbox: string;
}

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

/** A random item of a list. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error("The list is empty.");
  return one;
}

const maxDraws = 3;

/** Generates a person. Names are rarely repeated; the mailbox is the name, with a number when it is taken. */
export function generatePerson(
  random: () => number,
  taken: Map<string, number>,
  fold: (text: string) => string,
): GeneratedPerson {
  let name = generateName(random);
  for (let draws = 1; taken.has(toMailbox(name, fold)) && draws < maxDraws; draws += 1)
    name = generateName(random);
  const mailbox = toMailbox(name, fold);
  const count = (taken.get(mailbox) ?? 0) + 1;
  taken.set(mailbox, count);
  return { name, mailbox: count === 1 ? mailbox : `${mailbox}${count}` };
}

function toMailbox(name: string, fold: (text: string) => string): string {
  return fold(name)
    .replaceAll(/[^a-z0-9\s-]/g, "")
    .trim()
    .replaceAll(/\s+/g, ".");
}

function generateName(random: () => number): string {
  const region = random() < 0.36 ? turkish : pick(random, regions);
  const isWoman = random() < 0.5;
  const given = isWoman ? region.women : region.men;
  const first = pick(random, given);
  const last = generateLastName(random, region, isWoman);
  if (region.isFamilyFirst === true) return joinFamilyFirst(last, first);
  const second = random() < region.secondNames ? ` ${pick(random, given)}` : "";
  return `${first}${second === ` ${first}` ? "" : second} ${last}`;
}

function generateLastName(random: () => number, region: NameRegion, isWoman: boolean): string {
  const last = pick(random, isWoman ? (region.lastOfWomen ?? region.last) : region.last);
  if (random() >= region.doubleLastNames) return last;
  const other = pick(random, region.last);
  return other === last ? last : `${last}${region.joint ?? "-"}${other}`;
}

/** `Wang/王` and `Jin/锦` become `Wang Jin 王锦`. */
function joinFamilyFirst(family: string, given: string): string {
  const [latinFamily = "", familyCharacter = ""] = family.split("/");
  const [latinGiven = "", givenCharacters = ""] = given.split("/");
  return `${latinFamily} ${latinGiven} ${familyCharacter}${givenCharacters}`;
}

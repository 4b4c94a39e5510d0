/** What people choose first: words that make up most leaked passwords, and walks over the keyboard. Folded, lower-case. */

/** Words of leaked-password lists, English and Turkish. A password that is little more than these is refused. */
export const commonWords: readonly string[] =
  `password passwort passphrase passcode pass pwd parola sifre sifrem kodum login logon signin welcome hosgeldin merhaba
  hello letmein openup openme access admin administrator adminadmin root toor superuser sysadmin manager yonetici master
  test tester testing demo example sample temp temporary default guest user username account changeme change secret
  gizli private secure security guvenlik iloveyou loveyou lovely love seni seviyorum askim canim bebegim sevgilim
  princess prenses sunshine shadow dragon monkey football futbol baseball basketball soccer hockey superman batman
  spiderman starwars pokemon naruto michael jordan jessica ashley charlie thomas daniel andrew joshua matthew hunter
  george robert jennifer michelle nicole hannah samantha mustang ferrari porsche mercedes corvette harley yamaha
  internet computer bilgisayar windows microsoft google facebook instagram twitter youtube whatsapp samsung iphone
  apple android linux ubuntu server database oracle mysql postgres redis docker github gitlab jenkins
  galatasaray fenerbahce besiktas trabzonspor ankara istanbul izmir turkiye turkey ataturk mehmet mustafa ahmet fatma
  ayse zeynep emre murat january february march april may june july august september october november december
  ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik monday tuesday wednesday thursday friday
  saturday sunday pazartesi sali carsamba persembe cuma cumartesi pazar spring summer autumn winter ilkbahar sonbahar
  company office work job business marketing support sales team gatehouse panel abcdef abcd abc qwertyuiop qwerty
  qwertz azerty asdfghjkl asdfgh asdf zxcvbnm zxcvbn zxcv qazwsx wsxedc trustno killer freedom whatever flower
  cheese coffee chocolate cookie butterfly purple orange yellow silver golden diamond angel devil heaven jesus
  blessed family forever friends buster ginger pepper tigger maggie bailey sophie lovers number one two three the
  mine`
    .split(/\s+/)
    .filter((word) => word.length >= 3);

const rows = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890123456789",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qazwsxedcrfvtgbyhnujmikolp",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6y7u8i9o0p",
];

/** Neighbours on a keyboard, in the alphabet and among digits, forwards and backwards. */
export const keyboardRuns: readonly string[] = rows.flatMap((row) => [row, [...row].reverse().join("")]);

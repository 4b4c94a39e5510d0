/** The texts of the built-in permissions in every language. `@gatehouse/access` has the English ones, and stays small. */
import type { CatalogueGroup } from "@gatehouse/access";
import { type OwnGroup, type OwnPermission, ownCatalogue } from "@gatehouse/access/catalogue";

type Texts = readonly [label: string, description: string];

const turkishGroups: Readonly<Record<OwnGroup, Texts>> = {
  users: ["Kullanıcılar", "Panele erişimi olan kişiler"],
  roles: ["Roller", "Adlandırılmış izin kümeleri"],
  invitations: ["Davetler", "Kuruluşa katılma davetleri"],
  audit: ["Denetim kaydı", "Her değişikliğin kaydı"],
  "api-keys": ["API anahtarları", "Programların erişimi"],
  organization: ["Kuruluş", "Kuruluşun ayarları"],
};

const turkishActions: Readonly<Record<OwnPermission, Texts>> = {
  "users:view": ["Görüntüleme", "Kimin hangi rollerle erişimi olduğunu görür"],
  "users:invite": ["Davet etme", "Kişileri e-postayla davet eder"],
  "users:create": ["Oluşturma", "Başka yerde oturum açan kullanıcıları davet etmeden oluşturur"],
  "users:edit": ["Düzenleme", "Kişinin adını ve iletişim bilgilerini değiştirir"],
  "users:suspend": ["Askıya alma", "Kullanıcıları askıya alır, erişimlerini açar, oturumlarını kapatır"],
  "users:reset-credentials": [
    "Giriş bilgilerini sıfırlama",
    "Kullanıcıların yeniden oturum açmasına yardım eder: yeni parola belirleme bağlantısı gönderir",
  ],
  "users:remove": ["Çıkarma", "Kullanıcıları kuruluştan çıkarır"],
  "users:export": ["Dışa aktarma", "Tüm kullanıcıların adlarını ve adreslerini dosya olarak indirir"],
  "roles:view": ["Görüntüleme", "Rolleri ve izinlerini görür"],
  "roles:create": ["Oluşturma", "Kendi izinleriyle sınırlı roller oluşturur"],
  "roles:edit": ["Düzenleme", "Bir rolün izinlerini o role sahip herkes için değiştirir"],
  "roles:delete": ["Silme", "Bir rolü siler, yerine başkasını koyar"],
  "roles:assign": ["Atama", "Kullanıcılara rol verir ve rollerini kaldırır"],
  "invitations:view": [
    "Görüntüleme",
    "Kimin davet edildiğini ve e-postanın teslim edilip edilmediğini görür",
  ],
  "invitations:send": ["Gönderme", "Bir daveti yeniden gönderir ya da bağlantısını kopyalar"],
  "invitations:revoke": ["Geri çekme", "Bir daveti geri çeker"],
  "audit:view": ["Görüntüleme", "Kimin neyi ne zaman değiştirdiğini görür"],
  "audit:export": ["Dışa aktarma", "Denetim kaydını dosya olarak indirir"],
  "api-keys:view": ["Görüntüleme", "API anahtarlarını ve en son ne zaman kullanıldıklarını görür"],
  "api-keys:create": ["Oluşturma", "Kendi izinleriyle sınırlı API anahtarları oluşturur"],
  "api-keys:revoke": ["İptal etme", "API anahtarlarını iptal eder"],
  "organization:view": ["Görüntüleme", "Kuruluşun ayarlarını görür"],
  "organization:edit": ["Düzenleme", "Kuruluşun adını ve ayarlarını değiştirir"],
};

const builtinGroups: ReadonlyMap<string, CatalogueGroup> = new Map(
  ownCatalogue.definition.map((group) => [
    group.key,
    {
      ...addTurkish(group, turkishGroups[group.key as OwnGroup]),
      actions: group.actions.map((action) => addTurkish(action, turkishActions[action.permission])),
    },
  ]),
);

function addTurkish<T extends Pick<CatalogueGroup, "label" | "description">>(item: T, texts: Texts): T {
  const [label, description] = texts;
  return {
    ...item,
    label: { en: item.label, tr: label },
    description: { en: item.description, tr: description },
  };
}

/** A built-in group with its texts in every language; other groups as they are declared. */
export function localizeBuiltinGroup(group: CatalogueGroup): CatalogueGroup {
  return builtinGroups.get(group.key) ?? group;
}

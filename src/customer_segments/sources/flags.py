"""What says yes and no in cells: of flags, and of who still is a customer, a member or insured."""

YES = (
    "yes", "y", "true", "t", "1", "ja", "oui", "si", "sí", "sì", "sim", "tak", "wahr", "vrai", "on", "active",
    "aktiv", "actif", "actief", "activo", "activa", "attivo", "attiva", "ativo", "aktywny", "aktive", "aktywna",
    "vigente", "in force", "en vigueur", "laufend", "lopend", "subscribed", "abonniert", "enabled", "iscritto", "j",
    "ano", "да", "áno", "evet", "igen", "da", "kyllä", "はい", "是", "예",
)  # fmt: skip
NO = (
    "no", "n", "false", "f", "0", "nein", "nee", "não", "nie", "non", "falsch", "faux", "off", "inactive", "inaktiv",
    "inactif", "inactief", "inactivo", "inactiva", "inattivo", "inattiva", "inativo", "nieaktywny", "disiscritto",
    "baja", "geroyeerd", "gekündigt", "résilié", "opgezegd", "nieaktywna", "terminated", "expired", "lapsed",
    "resigned", "churned", "deactivated", "disabled", "unsubscribed", "beendet", "ausgetreten", "ausgeschieden",
    "abgelaufen", "abgemeldet", "deaktiviert", "résiliée", "expiré", "expirée", "radié", "radiée", "désinscrit",
    "désinscrite", "désabonné", "désabonnée", "désactivé", "désactivée", "beëindigd", "verlopen", "uitgeschreven",
    "uitgetreden", "afgemeld", "gedeactiveerd", "de baja", "dado de baja", "rescindido", "rescindida", "desactivado",
    "desactivada", "cessato", "cessata", "disdetto", "disdetta", "dimesso", "disattivato", "disattivata", "desligado",
    "desativado", "desativada", "wypowiedziana", "rozwiązana", "avslutad", "uppsagd", "opsagt", "udmeldt", "afmeldt",
    "oppsagt", "utmeldt", "avsluttet",
    "eronnut", "nej", "ne", "нет", "hayır", "nem", "nu", "ei", "いいえ", "否", "아니오",
)  # fmt: skip

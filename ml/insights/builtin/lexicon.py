"""The words by which questions are understood: concept by concept, English and other major languages.

Phrases are lower-case, without accents, words separated by one space.
"""

from __future__ import annotations


def _split(words: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in words.replace("\n", " ").split(","))


NUTRIENTS = {
    "calories": _split(
        "calorie, calories, kcal, cal, cals, kilocalories, energy, how fattening, kilojoules, kj"
    ),
    "protein_g": _split("protein, proteins"),
    "carb_g": _split(
        "carb, carbs, carbohydrate, carbohydrates, low carb, low carbohydrate, starch, keto, ketogenic, net carbs"
    ),
    "saturated_fat_g": _split(
        "saturated fat, saturated fats, saturated, saturates, sat fat, satfat, bad fat, bad fats"
    ),
    "fat_g": _split("fat, fats, total fat, fatty, greasy, low fat"),
    "fiber_g": _split("fibre, fiber, fibers, fibres, roughage"),
    "sugar_g": _split("sugar, sugars, sugary, sweet, sweetness"),
    "sodium_mg": _split("sodium, salt, salty, salts, salted"),
}

DIETS = {
    "vegetarian": _split("vegetarian, vegetarians, veggie friendly, meat free, meatless, meat, any meat"),
    "vegan": _split("vegan, vegans, plant based, animal products, plant only"),
    "gluten": _split("gluten, glutenfree, wheat, coeliac, celiac, coeliacs, celiacs"),
    "dairy": _split("dairy, lactose, milk, lactose intolerant, cheese, cream, butter"),
    "nuts": _split("nut, nuts, peanut, peanuts, almond, almonds, walnuts, hazelnuts, cashews, tree nuts"),
    "egg": _split("egg, eggs"),
    "fish": _split("fish, pescatarian"),
    "shellfish": _split("shellfish, seafood, crustacean, crustaceans, shrimp, prawns, molluscs"),
    "soy": _split("soy, soya, soybean, soybeans, tofu"),
}

UNTOLD_DIETS = {
    "halal": _split("halal, haram"),
    "kosher": _split("kosher"),
    "pork": _split("pork, bacon, ham, lard, pig"),
    "alcohol": _split("alcohol, alcoholic, wine in it"),
    "paleo": _split("paleo, whole30, carnivore diet"),
    "low in FODMAPs": _split("fodmap, fodmaps, low fodmap"),
    "sesame": _split("sesame"),
    "organic": _split("organic, bio"),
}
"""Diets and ingredients that the data holds no column for, as a sentence names them."""

MISSING = {
    "vitamins": _split(
        "vitamin, vitamins, vitamin c, vitamin d, vitamin a, vitamin b12, folate, micronutrients"
    ),
    "minerals": _split("mineral, minerals, iron, calcium, potassium, magnesium, zinc"),
    "cholesterol": _split("cholesterol"),
    "unsaturated and omega fats": _split(
        "omega, omega 3, unsaturated fat, unsaturated, trans fat, trans fats"
    ),
    "caffeine": _split("caffeine"),
    "the glycaemic index": _split("glycemic, glycaemic, glycemic index, glycaemic index, gi"),
    "added sugar apart from natural sugar": _split("added sugar, added sugars"),
    "the price": _split("price, cost, costs, expensive, cheap, how much did it cost"),
    "freshness or safety": _split(
        "fresh, spoiled, gone off, safe to eat, raw, undercooked, expired, mouldy, moldy"
    ),
    "taste": _split("taste, tasty, delicious, spicy, flavour, flavor, yummy"),
    "the recipe": _split(
        "recipe, how do i make, how do i cook, how to cook, how to make, cook this, made of, ingredients"
    ),
    "where it was made": _split("brand, restaurant, where was, who made, country"),
    "the environmental footprint": _split("carbon footprint, climate, environment, sustainable"),
}
"""What people ask and the data does not hold, as a sentence names it."""

MEDICAL = {
    ("carb_g", "sugar_g", "fiber_g"): _split(
        "diabetes, diabetic, diabetics, prediabetes, blood sugar, insulin, glucose"
    ),
    ("sodium_mg", "saturated_fat_g"): _split(
        "blood pressure, hypertension, heart disease, heart attack, heart, cardiac, stroke"
    ),
    ("protein_g", "sodium_mg"): _split("kidney, kidneys, renal, dialysis, gout"),
    ("calories", "protein_g", "fiber_g"): _split(
        "lose weight, weight loss, losing weight, gain weight, slim, slimming, calorie deficit, obese, obesity, bmi,"
        " overweight, too fat, am i fat, burn fat, diet plan, losing fat, lose fat, get fat, make me fat"
    ),
    ("calories", "protein_g"): _split(
        "pregnant, pregnancy, breastfeeding, baby, toddler, medication, medicine, cancer, doctor, disease, ibs, crohn,"
        " reflux, surgery, eating disorder, anorexia, bulimia, cure, sick, illness, symptoms"
    ),
}
"""Conditions by the nutrients that are asked about with them; the numbers are given without advice."""

TOPICS = {
    "allergy": _split(
        "allergy, allergic, allergies, allergen, allergens, intolerant, intolerance, anaphylaxis"
    ),
    "injection": _split(
        "ignore all, ignore previous, ignore your, ignore the above, ignore everything, system prompt,"
        " your instructions, previous instructions, your rules, forget everything, forget your, jailbreak,"
        " developer mode, pretend to be, pretend you, act as, you are now, role play, reveal your, disregard"
    ),
    "off_topic": _split(
        "poem, joke, story, song, python, code, javascript, weather, president, capital of, politics, election,"
        " stock, bitcoin, football, translate, homework, essay, movie, news, who won"
    ),
    "healthiest": _split(
        "healthiest, healthier, most nutritious, more nutritious, better for me, best for me, best choice"
    ),
    "healthy": _split(
        "healthy, unhealthy, nutritious, good for me, bad for me, balanced, balance, junk, good choice, well balanced"
    ),
    "add": _split(
        "add, missing, improve, improved, better, healthier meal, make it healthier, make this healthier, go with,"
        " complement, should i eat with, pair, round off, lacking, lack, more balanced"
    ),
    "cut": _split("remove, leave out, cut, reduce, skip, leave, less of, swap, replace, avoid"),
    "enough": _split("enough, sufficient, meet, cover, reach"),
    "compare": _split(
        "which, more than, less than, compare, compared, versus, vs, difference, than, or, rank"
    ),
    "most": _split("most, highest, more, biggest, richest, top, larger, higher, bigger"),
    "least": _split("least, lowest, less, fewest, smallest, fewer, lower, smaller"),
    "weight": _split(
        "weigh, weighs, weight, grams, gram, heavy, how big, how much food, portion, portions, portion size, ounces, mass,"
        " quantity, serving, servings"
    ),
    "count": _split(
        "how many items, how many foods, how many things, how many different, how many pieces, count"
    ),
    "what": _split(
        "what is this, what is that, what is it, whats this, what am i eating, what do you see, what is on, whats on,"
        " on my plate, on the plate, identify, recognise, recognize, what food, what foods, what dish, is there any,"
        " is there, do you see, describe, summary, summarise, summarize, tell me about, overview, what can you tell"
    ),
    "method": _split(
        "how did you, how do you, how was, how were, computed, calculated, calculate, compute, estimate, estimated,"
        " method, where does, where do, data source, database, source, how it works, how does this work"
    ),
    "sure": _split(
        "sure, accurate, accuracy, certain, confident, confidence, reliable, trust, precise, precision, error, exact,"
        " wrong, correct, right"
    ),
    "day": _split("day, daily, daily value, per day, a day, recommended, rda, dv, guideline, guidelines"),
    "contains": _split(
        "contain, contains, free, without, allergic, any, is there, does it have, suitable, friendly, in it"
    ),
    "thanks": _split("thanks, thank you, thx, cheers, great thanks"),
    "hello": _split("hello, hi, hey, good morning, good evening"),
}

FOREIGN = {
    "calories": _split(
        "kalorien, caloria, calorias, calorie, kaloria, калории, калорий, калория, 卡路里, 热量, カロリー, 칼로리, سعرات,"
        " energie, brennwert, kalorii, kalori, calorieen"
    ),
    "protein_g": _split(
        "eiweiss, proteina, proteinas, proteine, proteines, protein, белок, белка, белков, 蛋白质, 蛋白, たんぱく質,"
        " タンパク質, 단백질, بروتين, eiwit, bialko"
    ),
    "carb_g": _split(
        "kohlenhydrate, carbohidratos, hidratos, glucides, carboidrati, carboidratos, углеводы, углеводов, 碳水, 炭水化物,"
        " 糖質, 탄수화물, koolhydraten"
    ),
    "saturated_fat_g": _split(
        "gesattigte, gesattigtes fett, gesattigte fettsauren, grasas saturadas, graisses saturees, grassi saturi, 饱和脂肪"
    ),
    "fat_g": _split(
        "fett, grasa, grasas, gras, graisse, graisses, lipides, grassi, gordura, gorduras, жир, жиры, жиров, 脂肪, 脂質,"
        " 지방, vet"
    ),
    "fiber_g": _split(
        "ballaststoffe, fibra, fibras, fibres, клетчатка, клетчатки, 纤维, 食物繊維, 섬유, vezels"
    ),
    "sugar_g": _split(
        "zucker, azucar, azucares, sucre, sucres, zucchero, zuccheri, acucar, сахар, сахара, 糖分, 糖, 砂糖, 설탕, suiker"
    ),
    "sodium_mg": _split(
        "salz, natrium, sal, sodio, sel, sale, соль, соли, 盐, 钠, 塩分, 塩, 소금, 나트륨, zout"
    ),
    "vegetarian": _split(
        "vegetarisch, vegetariano, vegetariana, vegetarien, vegetarienne, вегетарианский, 素食, ベジタリアン"
    ),
    "vegan": _split(
        "vegano, vegana, vegetalien, vegane, веган, веганский, 纯素, ヴィーガン, ビーガン, 비건, veganistisch"
    ),
    "gluten": _split(
        "glutenfrei, sin gluten, sans gluten, senza glutine, glutine, sem gluten, глютен, 麸质, グルテン, 글루텐"
    ),
    "dairy": _split(
        "laktose, lactosa, lattosio, milch, leche, lait, latte, leite, молоко, лактоза, 牛奶, 乳糖, 乳製品"
    ),
    "nuts": _split("nusse, erdnusse, nueces, noix, noci, frutos secos, nozes, орехи, 坚果, ナッツ"),
    "weight": _split(
        "wie schwer, gewicht, wiegt, cuanto pesa, peso, poids, pese, quanto pesa, сколько весит, 重量, 重さ"
    ),
    "healthy": _split("gesund, saludable, sano, equilibre, saudavel, полезно, 健康, ヘルシー, 건강"),
    "what": _split(
        "was ist das, que es esto, qu est ce que c est, cos e, o que e isso, что это, 这是什么, これは何, was ist auf"
    ),
}

ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "at",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "give",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "many",
        "me",
        "much",
        "my",
        "need",
        "of",
        "on",
        "or",
        "please",
        "show",
        "tell",
        "that",
        "the",
        "there",
        "this",
        "to",
        "too",
        "was",
        "what",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "more",
        "most",
        "less",
        "about",
        "healthy",
        "ok",
        "good",
        "bad",
        "high",
        "low",
        "enough",
        "should",
    ]
)
"""Words by which a question is taken for English."""

/** What the demo's people have summed up. */

export const TEXTS: readonly string[] = [
  "The ferry between the two islands leaves every hour from six in the morning. In winter the last boat goes at nine, in summer at eleven. Bicycles travel free of charge, cars need a ticket that is sold at the pier, and dogs stay on the upper deck with their owners.",
  "The team met to look at the results of the second quarter. Orders rose by a tenth, mostly in the north, while returns stayed as they were. The new warehouse opens in March; until then the old one takes both lines, and nobody is to promise delivery within a day.",
  "Glaciers carry stones over long distances and drop them where they melt. A lone boulder of granite in a valley of chalk therefore tells a geologist where ice once flowed, how thick it was, and in which direction it moved before the climate changed.",
  "To replace the filter, switch the machine off and wait until the lamp has gone out. Open the flap at the back, turn the filter to the left and pull. Rinse the new one for a minute under cold water before you put it in; the first two cups are for the sink.",
  "Our customer writes that the invoice of April was charged twice, that she called on Monday and was told to wait three days, and that nothing has happened since. She asks for the money back this week and for somebody who reads what she has written before answering.",
  "The library closes for ten days in August while the floor of the reading room is laid anew. Books that would be due then may be kept until September without a fee. The reading room of the town hall is open to everybody meanwhile, and newspapers are there as well.",
];

import { storedFiguresBench } from './stored-figures.ts';

export const open = async () => storedFiguresBench(2_000);
